/**
 * Teaches a person by photos: chosen, dropped, or taken by the phone's camera, many at once, each with a verdict.
 * What the server refuses can be answered here: by choosing a face, or by adding it anyway. Fires `begun` when the first
 * photos are there, and `learned` with whom they taught for each that was accepted.
 */
import { mdiCamera, mdiFolderOpen, mdiImageMultiple } from "@mdi/js";
import { LitElement, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { Refusal } from "../client";
import { define } from "../define";
import { dropped, isWanted, photosOf } from "../files";
import type { Override, PersonRef, Rect } from "../generated/protocol";
import type { Home } from "../page";
import { shared } from "../styles";
import { isPoor } from "../words";
import { icon } from "./icon";

/** What can be overridden, by the code of the refusal. */
const OVERRIDES: readonly string[] = ["duplicate", "looks_like_someone_else"] satisfies Override[];

/** What may be otherwise the next time. */
const PASSING: readonly string[] = ["busy", "no_answer"];

interface Upload {
  readonly number: number;
  readonly file: File;
  readonly url: string;
  readonly state: "waiting" | "learning" | "accepted" | "refused" | "skipped";
  readonly verdict?: string;
  readonly poor?: boolean;
  readonly refusal?: Refusal;
  readonly box?: Rect;
}

@define("face-upload")
export class FaceUpload extends LitElement {
  @property({ attribute: false }) home!: Home;
  /** Whose photos they are; without a name nothing can be chosen. */
  @property() person = "";
  @state() private uploads: readonly Upload[] = [];
  @state() private over = false;
  /** What of the chosen files is not among the photos. */
  @state() private remarks: readonly string[] = [];
  private busy = false;

  static override styles = [
    shared,
    css`
      .drop {
        border: 2px dashed var(--secondary-text-color);
        border-radius: var(--radius);
        padding: 16px;
        text-align: center;
      }
      .drop.over {
        background: var(--faint-color);
      }
      .row {
        justify-content: center;
      }
      .button {
        position: relative;
      }
      .button:focus-within {
        outline: 2px solid var(--primary-text-color);
        outline-offset: 2px;
      }
      .button[aria-disabled] {
        opacity: 0.5;
      }
      input[type="file"] {
        position: absolute;
        inset: 0;
        min-height: 0;
        opacity: 0;
        cursor: pointer;
      }
      ul {
        list-style: none;
        margin: 12px 0 0;
        padding: 0;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        gap: 12px;
        align-items: center;
        padding: 8px 0;
        border-top: 1px solid var(--divider-color);
      }
      li > img {
        width: 48px;
        height: 48px;
        object-fit: cover;
        border-radius: 8px;
      }
      li > div {
        flex: 1;
        min-width: 140px;
        overflow-wrap: anywhere;
      }
      .faces {
        flex-basis: 100%;
      }
      .faces button {
        border-radius: 8px;
        width: 88px;
        height: 88px;
        padding: 0;
        overflow: hidden;
        background-repeat: no-repeat;
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const one of this.uploads) URL.revokeObjectURL(one.url);
    this.uploads = [];
  }

  private readonly chosen = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = "";
    void this.add(input.webkitdirectory ? files.filter((one) => isWanted(one.webkitRelativePath)) : files);
  };

  private readonly dropped = (event: DragEvent): void => {
    event.preventDefault();
    this.over = false;
    if (this.person !== "") void dropped(event.dataTransfer).then((files) => this.add(files));
  };

  private readonly dragged = (event: DragEvent): void => {
    event.preventDefault();
    this.over = event.type === "dragover";
  };

  /** Whether nothing is left to be done: each photo was accepted, or skipped. */
  get finished(): boolean {
    return this.uploads.every((one) => one.state === "accepted" || one.state === "skipped");
  }

  /** Learn these photos, too, and those in zip files. */
  async add(files: Iterable<File>): Promise<void> {
    const { photos, leftOut, broken } = await photosOf(files);
    const { speech } = this.home;
    this.remarks = [
      ...(leftOut === 0 ? [] : [speech.count(speech.words.left_out, leftOut)]),
      ...broken.map((name) => speech.fill(speech.words.zip_broken, { name })),
    ];
    const first = this.uploads.length;
    const added = photos.map((file, index): Upload => {
      return { number: first + index, file, url: URL.createObjectURL(file), state: "waiting" };
    });
    this.uploads = [...this.uploads, ...added];
    if (added.length > 0) this.dispatchEvent(new CustomEvent("begun"));
    await this.work();
  }

  /** One after another, so that the server stays free for the cameras. */
  private async work(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    for (;;) {
      const next = this.uploads.find((one) => one.state === "waiting");
      if (next === undefined) break;
      await this.teach(next);
    }
    this.busy = false;
    this.dispatchEvent(new CustomEvent("face-changed", { bubbles: true, composed: true }));
  }

  private async teach(upload: Upload, box = upload.box, allow: readonly Override[] = []): Promise<void> {
    const { client, speech } = this.home;
    this.become({ ...upload, state: "learning" });
    try {
      const { face, person } = await client.teach(this.person, upload.file, box, allow);
      const reasons = speech.reasons(face.quality);
      const verdict = speech.fill(speech.words.accepted, { percent: speech.quality(face.quality) });
      this.become({
        ...upload,
        state: "accepted",
        verdict: reasons === "" ? verdict : `${verdict}: ${reasons}`,
        poor: isPoor(face.quality),
      });
      this.dispatchEvent(new CustomEvent<PersonRef>("learned", { detail: person }));
    } catch (error) {
      const refused = { ...upload, state: "refused", verdict: speech.refusal(error) } as const;
      this.become({ ...refused, ...(error instanceof Refusal && { refusal: error }), ...(box && { box }) });
    }
  }

  private become(upload: Upload): void {
    this.uploads = this.uploads.map((one) => (one.number === upload.number ? upload : one));
  }

  private async again(upload: Upload, box?: Rect, allow?: readonly Override[]): Promise<void> {
    await this.teach(upload, box ?? upload.box, allow);
    this.dispatchEvent(new CustomEvent("face-changed", { bubbles: true, composed: true }));
  }

  override render(): TemplateResult {
    const { speech } = this.home;
    const { words } = speech;
    const open = this.uploads.filter((one) => one.state === "waiting" || one.state === "learning").length;
    const all = this.uploads.length;
    return html`
      <div
        class="drop ${this.over ? "over" : ""}"
        @drop=${this.dropped}
        @dragover=${this.dragged}
        @dragleave=${this.dragged}
      >
        <p>${words.drop_here}</p>
        <div class="row">
          ${this.input(words.choose_photos, mdiImageMultiple, "photos")}
          ${this.input(words.choose_folder, mdiFolderOpen, "folder")}
          ${this.input(words.take_photo, mdiCamera, "camera")}
        </div>
        <p class="faint">${words.photo_advice}</p>
      </div>
      ${this.remarks.map((one) => html`<p class="note" role="status">${one}</p>`)}
      ${all === 0
        ? nothing
        : html`<p role="status">${speech.fill(words.progress, { done: all - open, all })}</p>
            <ul>
              ${repeat(
                this.uploads,
                (one) => one.number,
                (one) => this.upload(one),
              )}
            </ul>`}
    `;
  }

  private input(label: string, path: string, from: "photos" | "folder" | "camera"): TemplateResult {
    const none = this.person === "";
    return html`<span class="button" aria-disabled=${none ? "true" : nothing}>
      ${icon(path)}${label}
      <input
        type="file"
        accept=${from === "photos" ? "image/*,.zip" : "image/*"}
        aria-label=${label}
        ?multiple=${from !== "camera"}
        ?webkitdirectory=${from === "folder"}
        capture=${from === "camera" ? "user" : nothing}
        ?disabled=${none}
        @change=${this.chosen}
      />
    </span>`;
  }

  private upload(upload: Upload): TemplateResult {
    const { words } = this.home.speech;
    const { state: now, refusal } = upload;
    const verdict = upload.verdict ?? (now === "skipped" ? words.skipped : now === "learning" ? words.learning : words.waiting);
    const tone = now === "accepted" ? (upload.poor ? "fair" : "good") : now === "refused" ? "bad" : "";
    const faces = now === "refused" && refusal?.code === "multiple_faces" ? (refusal.details.faces ?? []) : [];
    const override = now === "refused" && OVERRIDES.includes(refusal?.code ?? "");
    return html`<li class=${now}>
      <img src=${upload.url} alt="" />
      <div>${upload.file.name}<br /><span class="pill ${tone}">${verdict}</span></div>
      ${override
        ? html`<button @click=${() => this.again(upload, undefined, [refusal?.code as Override])}>
            ${words.add_anyway}
          </button>`
        : nothing}
      ${now === "refused" && PASSING.includes(refusal?.code ?? "")
        ? html`<button @click=${() => this.again(upload)}>${words.try_again}</button>`
        : nothing}
      ${now === "refused"
        ? html`<button @click=${() => this.become({ ...upload, state: "skipped", verdict: words.skipped })}>
            ${words.skip}
          </button>`
        : nothing}
      ${faces.length === 0 ? nothing : this.faces(upload, faces)}
    </li>`;
  }

  /** The faces to choose from, from left to right, cut out by the browser. */
  private faces(upload: Upload, faces: readonly { readonly box: Rect }[]): TemplateResult {
    const { speech } = this.home;
    const sorted = [...faces].sort((a, b) => a.box.x - b.box.x);
    return html`<div class="faces">
      <p>${speech.fill(speech.words.choose_face, { name: this.person })}</p>
      <div class="row">
        ${sorted.map(
          ({ box }, index) =>
            html`<button
              aria-label=${speech.fill(speech.words.face_number, { n: index + 1 })}
              @click=${() => this.again(upload, box)}
            >
              <face-cut .src=${upload.url} .box=${box}></face-cut>
            </button>`,
        )}
      </div>
    </div>`;
  }
}

/** A part of a picture, by its box in the picture's own pixels. */
@define("face-cut")
export class FaceCut extends LitElement {
  @property() src = "";
  @property({ attribute: false }) box!: Rect;
  @state() private size: { readonly width: number; readonly height: number } | undefined;

  static override styles = css`
    :host {
      display: block;
      position: relative;
      width: 100%;
      height: 100%;
      overflow: hidden;
    }
    img {
      position: absolute;
      max-width: none;
    }
  `;

  override render(): TemplateResult {
    const { x, y, w, h } = this.box;
    // A little more than the face itself.
    const side = Math.max(w, h) * 1.3;
    const left = x + w / 2 - side / 2;
    const top = y + h / 2 - side / 2;
    const place =
      this.size === undefined
        ? "visibility: hidden"
        : `width: ${(this.size.width / side) * 100}%; left: ${(-left / side) * 100}%; top: ${(-top / side) * 100}%`;
    const loaded = ({ target }: Event): void => {
      const { naturalWidth: width, naturalHeight: height } = target as HTMLImageElement;
      this.size = { width, height };
    };
    return html`<img src=${this.src} alt="" style=${place} @load=${loaded} />`;
  }
}
