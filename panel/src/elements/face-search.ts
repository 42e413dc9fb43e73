/**
 * "Have we seen this person?" A photo, chosen, dropped or taken by the phone's camera, is compared with everybody who is
 * remembered; of several faces one is picked. Nothing of the photo is kept.
 */
import { mdiCamera, mdiImageSearch } from "@mdi/js";
import { type TemplateResult, css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { define } from "../define";
import type { AlikeSighting, AlikeUnknown, Likelihood, SearchResult, SearchedFace } from "../generated/protocol";
import { Page } from "../page";
import "./face-dialog";
import "./face-picture";
import "./face-upload";
import { icon } from "./icon";

const TONES: Readonly<Record<Likelihood, string>> = { sure: "good", likely: "fair", possible: "" };

@define("face-search")
export class FaceSearch extends Page {
  @state() private open = false;
  @state() private over = false;
  /** The address of the photo within the browser. */
  @state() private photo = "";
  @state() private found: SearchResult | undefined;
  @state() private chosen: SearchedFace | undefined;
  @state() private failure = "";

  static override styles = [
    ...Page.styles,
    css`
      .drop {
        border: 2px dashed var(--secondary-text-color);
        border-radius: var(--radius);
        padding: 16px;
      }
      .drop.over {
        background: var(--faint-color);
      }
      .drop .row {
        justify-content: center;
      }
      .button {
        position: relative;
      }
      .button:focus-within {
        outline: 2px solid var(--primary-text-color);
        outline-offset: 2px;
      }
      input[type="file"] {
        position: absolute;
        inset: 0;
        min-height: 0;
        opacity: 0;
        cursor: pointer;
      }
      .faces button {
        border-radius: 8px;
        width: 88px;
        height: 88px;
        padding: 0;
        overflow: hidden;
      }
      .faces button[aria-pressed="true"] {
        outline: 3px solid var(--primary-color);
      }
      .found {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      .found li {
        display: flex;
        gap: 12px;
        align-items: center;
        padding: 8px 0;
        border-top: 1px solid var(--divider-color);
      }
      .found face-picture {
        width: 64px;
        flex: none;
        border-radius: 8px;
      }
      .found p {
        margin: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.forget();
  }

  override render(): TemplateResult {
    return html`<button @click=${() => (this.open = true)}>${icon(mdiImageSearch)}${this.words.search_picture}</button>
      ${this.open ? this.dialog() : nothing}`;
  }

  private readonly closed = (): void => {
    this.open = false;
    this.forget();
  };

  private forget(): void {
    if (this.photo !== "") URL.revokeObjectURL(this.photo);
    this.photo = this.failure = "";
    this.found = this.chosen = undefined;
  }

  private readonly picked = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    void this.look(input.files?.[0]);
    input.value = "";
  };

  private readonly dropped = (event: DragEvent): void => {
    event.preventDefault();
    this.over = false;
    void this.look(event.dataTransfer?.files[0]);
  };

  private readonly dragged = (event: DragEvent): void => {
    event.preventDefault();
    this.over = event.type === "dragover";
  };

  private async look(photo: File | undefined): Promise<void> {
    if (photo === undefined) return;
    this.forget();
    const url = URL.createObjectURL(photo);
    this.photo = url;
    try {
      const found = await this.home.client.search(photo);
      // Another photo may have been chosen meanwhile.
      if (this.photo !== url) return;
      this.found = found;
      if (found.faces.length === 1) this.chosen = found.faces[0];
    } catch (error) {
      if (this.photo === url) this.failure = this.home.speech.refusal(error);
    }
  }

  private dialog(): TemplateResult {
    const { words, found } = this;
    const { speech } = this.home;
    const looking = this.photo !== "" && found === undefined && this.failure === "";
    return html`<face-dialog .heading=${words.search_picture} @closed=${this.closed}>
      <p>${words.search_intro}</p>
      <div
        class="drop ${this.over ? "over" : ""}"
        @drop=${this.dropped}
        @dragover=${this.dragged}
        @dragleave=${this.dragged}
      >
        <div class="row">${this.input(words.search_choose, mdiImageSearch, false)} ${this.input(words.take_photo, mdiCamera, true)}</div>
      </div>
      <p role="status">${looking ? words.search_looking : found === undefined ? "" : this.summary(found)}</p>
      ${this.failure === ""
        ? nothing
        : html`<p class="note warn" role="alert">${speech.fill(words.failed, { reason: this.failure })}</p>`}
      ${found === undefined || found.faces.length < 2 ? nothing : this.faces(found)}
      ${this.chosen === undefined ? nothing : this.alike(this.chosen)}
      <button slot="actions" class="main" @click=${this.closed}>${words.done}</button>
    </face-dialog>`;
  }

  private input(label: string, path: string, capture: boolean): TemplateResult {
    return html`<span class="button">
      ${icon(path)}${label}
      <input
        type="file"
        accept="image/*"
        aria-label=${label}
        capture=${capture ? "environment" : nothing}
        @change=${this.picked}
      />
    </span>`;
  }

  /** What came of it, in a sentence. */
  private summary(found: SearchResult): string {
    const { words, chosen } = this;
    const { speech } = this.home;
    if (found.faces.length === 0) {
      const turn = found.suggested_rotate;
      return turn == null ? words.search_no_face : speech.fill(words.search_turned, { degrees: turn });
    }
    if (chosen === undefined) return speech.fill(words.search_several, { n: found.faces.length });
    const any = chosen.people.length + chosen.unknowns.length + chosen.sightings.length > 0;
    const compared = speech.count(words.search_compared, found.compared);
    return `${any ? words.search_found : words.search_nobody} ${compared}${found.learning ? ` ${words.search_learning}` : ""}`;
  }

  /** From left to right, as in the picture. */
  private faces(found: SearchResult): TemplateResult {
    const sorted = [...found.faces].sort((a, b) => a.box.x - b.box.x);
    return html`<div class="row faces">
      ${sorted.map(
        (face, index) =>
          html`<button
            aria-label=${this.home.speech.fill(this.words.face_number, { n: index + 1 })}
            aria-pressed=${face === this.chosen ? "true" : "false"}
            @click=${() => (this.chosen = face)}
          >
            <face-cut .src=${this.photo} .box=${face.box}></face-cut>
          </button>`,
      )}
    </div>`;
  }

  private alike(face: SearchedFace): TemplateResult {
    const { words } = this;
    const { speech } = this.home;
    const more = face.alike_sightings - face.sightings.length;
    const any = face.people.length + face.unknowns.length + face.sightings.length > 0;
    return html`
      ${this.list(
        words.people,
        face.people.map((one) => {
          const known = this.home.state.people.find((person) => person.id === one.person.id);
          const seen = known?.presence.last_seen;
          const last = seen == null ? words.never_seen : this.where(known?.presence.camera, seen);
          return this.match(one.picture, one.person.name, last, one);
        }),
      )}
      ${this.list(
        words.search_unknowns,
        face.unknowns.map((one) => this.unknown(one)),
      )}
      ${this.list(
        words.search_sightings,
        face.sightings.map((one) => this.sighting(one)),
      )}
      ${more > 0 ? html`<p class="faint">${speech.count(words.search_more, more)}</p>` : nothing}
      ${any ? html`<p class="faint">${words.likelihood_help}</p>` : nothing}
    `;
  }

  private unknown(one: AlikeUnknown): TemplateResult {
    const times = this.home.speech.count(this.words.seen_times, one.times_seen);
    const title = one.ignored ? `${times} (${this.words.ignored})` : times;
    return this.match(one.picture, title, this.where(one.camera, one.last_seen), one);
  }

  private sighting(one: AlikeSighting): TemplateResult {
    const who = this.home.speech.fill(this.words.search_taken_for, { name: one.person.name });
    const title = one.corrected ? `${who} (${this.words.corrected})` : who;
    return this.match(one.picture, title, this.where(one.camera, one.at), one);
  }

  private where(camera: string | null | undefined, at: string): string {
    const name = this.home.state.cameras.find((one) => one.camera === camera)?.name ?? camera ?? "";
    return this.home.speech.fill(this.words.was_at, { camera: name, when: this.home.speech.ago(at) });
  }

  private match(
    picture: string,
    title: string,
    text: string,
    { alike, likelihood }: { readonly alike: number; readonly likelihood: Likelihood },
  ): TemplateResult {
    const { speech } = this.home;
    return html`<li>
      <face-picture .src=${picture}></face-picture>
      <div>
        <p><strong>${title}</strong></p>
        <p class="faint">${text}</p>
        <span class="pill ${TONES[likelihood]}">${this.words[`likelihood_${likelihood}`]}</span>
        <span class="faint">${speech.fill(this.words.similarity, { value: speech.similarity(alike) })}</span>
      </div>
    </li>`;
  }

  private list(heading: string, items: readonly TemplateResult[]): TemplateResult | typeof nothing {
    return items.length === 0
      ? nothing
      : html`<h3>${heading}</h3>
          <ul class="found">
            ${items}
          </ul>`;
  }
}
