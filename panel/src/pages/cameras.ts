/** Whether each camera sees faces well enough: over its last visits, with what to change, and in its picture now. */
import { mdiAccountPlus } from "@mdi/js";
import { type TemplateResult, css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import type { Camera } from "../client";
import { define } from "../define";
import "../elements/face-learn";
import "../elements/face-picture";
import { icon } from "../elements/icon";
import type { CameraSight, FaceInfo, Recognition, SightVerdict } from "../generated/protocol";
import { Page } from "../page";
import { isPoor } from "../words";

/** From here on more pixels help little (the face's size, as the server measures it). */
const GOOD_SIZE_PX = 60;
/** Below it a part of a face's quality is a fault, as the server sees it. */
const ENOUGH = 0.4;
const TONES: Readonly<Record<SightVerdict, string>> = { unknown: "", good: "good", fair: "fair", poor: "bad" };

@define("face-cameras")
export class FaceCameras extends Page {
  /** The camera at which somebody is learned. */
  @state() private learning = "";
  @state() private sights: readonly CameraSight[] = [];
  @state() private looks: ReadonlyMap<string, Recognition | "looking"> = new Map();

  static override styles = [
    ...Page.styles,
    css`
      .grid {
        --column: 320px;
      }
      face-picture {
        aspect-ratio: 16 / 9;
      }
      h3 {
        margin: 0;
      }
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(84px, 1fr));
        gap: 8px;
        margin: 8px 0;
      }
      dd {
        margin: 0;
      }
    `,
  ];

  protected override async load(): Promise<void> {
    this.sights = await this.home.client.cameraSights();
  }

  override render(): TemplateResult {
    const { cameras } = this.home.state;
    return html`
      <h2>${this.words.cameras}</h2>
      ${cameras.length === 0 ? html`<p class="empty">${this.words.no_cameras}</p>` : nothing}
      <ul class="grid">
        ${cameras.map((one) => this.camera(one))}
      </ul>
      ${this.learning === ""
        ? nothing
        : html`<face-learn .home=${this.home} .camera=${this.learning} @closed=${() => (this.learning = "")}></face-learn>`}
    `;
  }

  private camera(camera: Camera): TemplateResult {
    const { speech } = this.home;
    const { words } = this;
    const look = this.looks.get(camera.camera);
    const facts = [
      camera.area,
      camera.counts_as_home ? words.counts_as_home : words.not_home,
      speech.count(words.faces_now, camera.faces),
      camera.rotate ? speech.fill(words.turned_by, { degrees: camera.rotate }) : null,
      camera.last_picture_at == null ? null : speech.fill(words.last_picture, { when: speech.ago(camera.last_picture_at) }),
    ];
    return html`<li class="card">
      <face-picture
        whole
        .src=${camera.annotated}
        .label=${speech.fill(words.picture_of_camera, { camera: camera.name })}
      ></face-picture>
      <div class="inner">
        <h3>${camera.name}</h3>
        <p class="faint">${facts.filter((one) => one != null).join(" · ")}</p>
        ${this.sight(this.sights.find((one) => one.camera === camera.camera))}
        ${camera.suggested_rotate == null
          ? nothing
          : html`<p class="note warn">${speech.fill(words.suggest_turn, { degrees: camera.suggested_rotate })}</p>`}
        <div class="row">
          ${camera.entity_id === null
            ? nothing
            : html`<button ?disabled=${look === "looking"} @click=${() => this.look(camera)}>
                ${look === "looking" ? words.looking : words.look_now}
              </button>`}
          ${this.home.server.teaches
            ? html`<button @click=${() => (this.learning = camera.camera)}>
                ${icon(mdiAccountPlus)}${words.learn_here}
              </button>`
            : nothing}
        </div>
        <div role="status">${look === undefined || look === "looking" ? nothing : this.verdict(look)}</div>
      </div>
    </li>`;
  }

  /** How well it saw faces over its last visits, and what to change. */
  private sight(sight: CameraSight | undefined): TemplateResult | typeof nothing {
    if (sight === undefined) return nothing;
    const { speech } = this.home;
    const { words } = this;
    const { typical } = sight;
    const size = Math.round(typical?.size_px ?? 0);
    const all = sight.visits;
    const confirmed = speech.count(words.sight_confirmed, sight.confirmed);
    return html`<p><span class="pill ${TONES[sight.verdict]}">${words[`sight_${sight.verdict}`]}</span></p>
      ${typical == null
        ? nothing
        : html`<p class="faint">${speech.count(words.sight_visits, all)}: ${confirmed}.</p>
            <dl>
              ${this.measure(words.sight_size, speech.fill(words.sight_pixels, { size }), size >= GOOD_SIZE_PX)}
              ${this.quality(words.sight_sharpness, typical.sharpness)} ${this.quality(words.sight_light, typical.light)}
              ${this.quality(words.sight_angle, typical.pose)}
            </dl>`}
      ${sight.changes.map(
        ({ reason, visits, advice }) =>
          html`<p class="note warn">
            ${speech.advice(reason.code, advice, { size })} ${speech.fill(words.sight_often, { visits, all })}
          </p>`,
      )}`;
  }

  private quality(name: string, value: number): TemplateResult {
    return this.measure(name, this.home.speech.percent(value), value >= ENOUGH);
  }

  private measure(name: string, value: string, enough: boolean): TemplateResult {
    return html`<div>
      <dt class="faint">${name}</dt>
      <dd class="pill ${enough ? "good" : "fair"}">${value}</dd>
    </div>`;
  }

  /** Take the picture that Home Assistant shows of the camera, and ask the server about it. */
  private async look(camera: Camera): Promise<void> {
    const { hass, client } = this.home;
    const note = (look: Recognition | "looking" | undefined): void => {
      const others = [...this.looks].filter(([id]) => id !== camera.camera);
      this.looks = new Map(look === undefined ? others : [...others, [camera.camera, look]]);
    };
    note("looking");
    const worked = await this.attempt(async () => {
      const path = hass.states[camera.entity_id ?? ""]?.attributes["entity_picture"];
      if (typeof path !== "string") throw new Error(this.words.not_connected);
      const picture = await hass.fetchWithAuth(path);
      if (!picture.ok) throw new Error(picture.statusText);
      note(await client.recognize(await picture.blob()));
    });
    if (!worked) note(undefined);
  }

  private verdict(look: Recognition): TemplateResult {
    const { speech } = this.home;
    return html`<p class="faint">
        ${speech.fill(this.words.picture_size, { width: look.width, height: look.height })}
      </p>
      ${look.faces.length === 0
        ? html`<p>${this.words.no_face_now}</p>`
        : look.faces.map((face) => this.face(face))}`;
  }

  private face({ identity, quality }: FaceInfo): TemplateResult {
    const { speech } = this.home;
    const who = identity.kind === "unknown" ? this.words.unknown_person : identity.person.name;
    const size = Math.round(quality.size_px);
    const sentence = speech.fill(this.words.face_is, { who, size, percent: speech.quality(quality) });
    const reasons = speech.reasons(quality);
    const small = quality.size_px < GOOD_SIZE_PX;
    return html`<p>${sentence}${reasons === "" ? "" : ` (${reasons})`}</p>
      ${small ? html`<p class="note warn">${speech.fill(this.words.face_too_small, { size })}</p>` : nothing}
      ${small || isPoor(quality) ? nothing : html`<p class="pill good">${this.words.face_well}</p>`}`;
  }
}
