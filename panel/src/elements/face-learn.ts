/**
 * Learns somebody at a camera, the home's or that of this phone or computer: shows what it sees, asks for what is missing, and
 * has the pictures accepted or forgotten.
 * Fires `closed`; nothing is kept unless somebody accepts it.
 */
import { mdiCamera, mdiCheck, mdiGlasses, mdiRestart } from "@mdi/js";
import { LitElement, type TemplateResult, css, html, nothing } from "lit";
import { property, query, state } from "lit/decorators.js";
import { type Camera, Refusal } from "../client";
import { define } from "../define";
import type { Ask, Override, SittingInfo, View } from "../generated/protocol";
import { NoCamera, OwnCamera, type Trouble, pictureOf } from "../own-camera";
import type { Home, Notice } from "../page";
import { shared } from "../styles";
import type { Words } from "../words/en";
import "./face-dialog";
import "./face-picture";
import { icon } from "./icon";

const ASK_EVERY_MS = 700;
/** Our own pictures are answered as they are looked at; a pause keeps them apart. */
const SEND_EVERY_MS = 200;
/** Stands for the camera of this phone or computer; no camera's id is empty. */
const OWN = "";
const SECOND_MS = 1000;

const ASKS: Readonly<Record<Ask, keyof Words>> = {
  step_into_view: "ask_step_into_view",
  one_person_only: "ask_one_person_only",
  somebody_else: "ask_somebody_else",
  come_closer: "ask_come_closer",
  hold_still: "ask_hold_still",
  more_light: "ask_more_light",
  less_light: "ask_less_light",
  look_at_camera: "ask_look_at_camera",
  look_left: "ask_look_left",
  look_right: "ask_look_right",
};
const TROUBLES: Readonly<Record<Trouble, keyof Words>> = {
  insecure: "own_camera_insecure",
  refused: "own_camera_refused",
  missing: "own_camera_missing",
  busy: "own_camera_busy",
};
const VIEWS: Readonly<Record<View, keyof Words>> = { front: "view_front", left: "view_side", right: "view_side" };

@define("face-learn")
export class FaceLearn extends LitElement {
  @property({ attribute: false }) home!: Home;
  /** Whose photos they will be; without a name it is asked for. */
  @property() person = "";
  /** Full id of the camera; without one it is asked for. */
  @property() camera = "";
  @state() private name = "";
  /** Full id of a camera, or `OWN`. */
  @state() private chosen = OWN;
  @state() private sitting: SittingInfo | undefined;
  @state() private failure = "";
  /** The refusal that may be overridden. */
  @state() private doubt: Override | undefined;
  @state() private busy = false;
  /** This phone's or computer's camera, while it is on. */
  @state() private own: OwnCamera | undefined;
  /** They go once more, with glasses for example. */
  @state() private otherwise = false;
  @query("video") private readonly video!: HTMLVideoElement | null;
  /** Another one for each look, so that the browser fetches the camera's picture again. */
  @state() private look = 0;
  private asking: ReturnType<typeof setTimeout> | undefined;

  static override styles = [
    shared,
    css`
      form {
        display: flex;
        flex-direction: column;
        gap: 12px;
      }
      .live {
        aspect-ratio: 16 / 9;
        border-radius: var(--radius);
      }
      video {
        display: block;
        width: 100%;
        object-fit: contain;
        background: #000;
        /* As in a mirror: who turns left sees themselves turn left. */
        transform: scaleX(-1);
      }
      .ask {
        font-size: 1.25rem;
        font-weight: 500;
        text-align: center;
        min-height: 1.5em;
      }
      .grid {
        --column: 96px;
        gap: 8px;
      }
      .grid li {
        text-align: center;
      }
      .grid face-picture {
        border-radius: 8px;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.name = this.person;
    this.chosen = this.camera === "" ? (this.home.state.cameras[0]?.camera ?? OWN) : this.camera;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.forget();
  }

  private get at(): Camera | undefined {
    return this.home.state.cameras.find((one) => one.camera === this.chosen);
  }

  /** Nothing is kept of what was not accepted. */
  private forget(): void {
    clearTimeout(this.asking);
    this.close();
    const { sitting } = this;
    this.sitting = undefined;
    // The server forgets it by itself, too.
    if (sitting !== undefined) void this.home.client.declineSitting(sitting.sitting_id).catch(() => undefined);
  }

  private close(): void {
    this.own?.close();
    this.own = undefined;
  }

  private readonly begin = async (event?: Event): Promise<void> => {
    event?.preventDefault();
    this.forget();
    await this.attempt(async () => {
      const own = this.chosen === OWN ? await OwnCamera.open() : undefined;
      // Asking for leave takes a while: the question may have been closed meanwhile.
      if (!this.isConnected) {
        own?.close();
        return;
      }
      this.own = own;
      try {
        this.sitting = await this.home.client.startSitting(own === undefined ? this.chosen : undefined);
      } catch (error) {
        this.close();
        throw error;
      }
      this.askLater();
    });
  };

  private askLater(): void {
    clearTimeout(this.asking);
    this.asking = setTimeout(() => void this.ask(), this.own === undefined ? ASK_EVERY_MS : SEND_EVERY_MS);
  }

  /** How far it is; our own camera's next picture is shown to the server meanwhile. */
  private async next(sittingId: string): Promise<SittingInfo> {
    const { client } = this.home;
    const picture = this.own === undefined ? undefined : await pictureOf(this.video);
    return picture === undefined ? client.sitting(sittingId) : client.sit(sittingId, picture);
  }

  private async ask(): Promise<void> {
    const { sitting } = this;
    if (sitting?.taking !== true) return;
    // Closed before the server had begun.
    if (!this.isConnected) {
      this.forget();
      return;
    }
    try {
      const now = await this.next(sitting.sitting_id);
      // It may have been accepted or forgotten meanwhile.
      if (this.sitting?.sitting_id !== now.sitting_id) return;
      this.sitting = now;
      this.look += 1;
      if (!now.taking) this.close();
    } catch (error) {
      if (this.sitting?.sitting_id !== sitting.sitting_id) return;
      this.failure = this.home.speech.refusal(error);
    }
    this.askLater();
  }

  /** Keeps these; with `again`, the same person goes once more, looking otherwise. */
  private async accept(sitting: SittingInfo, allow: readonly Override[] = [], again = false): Promise<void> {
    const { speech, client } = this.home;
    const pictures = sitting.pictures.map((one) => one.picture_id);
    const name = this.name.trim();
    await this.attempt(async () => {
      await client.acceptSitting(sitting.sitting_id, name, pictures, allow);
      this.sitting = undefined;
      const notice: Notice = { text: speech.fill(speech.words.named, { name }) };
      this.dispatchEvent(new CustomEvent("face-notice", { detail: notice, bubbles: true, composed: true }));
      this.dispatchEvent(new CustomEvent("face-changed", { bubbles: true, composed: true }));
      this.otherwise = again;
      if (again) await this.begin();
      else this.closed();
    });
  }

  private async attempt(what: () => Promise<unknown>): Promise<void> {
    this.busy = true;
    this.failure = "";
    this.doubt = undefined;
    try {
      await what();
    } catch (error) {
      const { speech } = this.home;
      this.failure =
        error instanceof NoCamera ? (speech.words[TROUBLES[error.trouble]] as string) : speech.refusal(error);
      const code = error instanceof Refusal ? error.code : (error as { readonly translation_key?: string }).translation_key;
      if (code === "looks_like_someone_else") this.doubt = code;
    }
    this.busy = false;
  }

  private readonly closed = (): void => {
    this.forget();
    this.dispatchEvent(new CustomEvent("closed"));
  };

  override render(): TemplateResult {
    const { speech } = this.home;
    const { words } = speech;
    const heading = this.person === "" ? words.learn_title : speech.fill(words.learn_person, { name: this.person });
    return html`<face-dialog .heading=${heading} @closed=${this.closed}>
      ${this.sitting === undefined ? this.question() : this.progress(this.sitting)}
      ${this.failure === ""
        ? nothing
        : html`<p class="note warn" role="alert">${speech.fill(words.failed, { reason: this.failure })}</p>`}
      <button slot="actions" @click=${this.closed}>${words.cancel}</button>
      ${this.sitting === undefined ? this.starting() : this.answers(this.sitting)}
    </face-dialog>`;
  }

  private question(): TemplateResult {
    const { speech, state: now } = this.home;
    const { words } = speech;
    const take = (event: Event): void => {
      this.name = (event.target as HTMLInputElement).value;
    };
    const choose = (event: Event): void => {
      this.chosen = (event.target as HTMLSelectElement).value;
    };
    return html`<p>${words.learn_intro}</p>
      <form id="form" @submit=${this.begin}>
        ${this.person === ""
          ? html`<label
              >${words.name}
              <input autofocus autocomplete="off" maxlength="100" list="people" placeholder=${words.name_hint} @input=${take} />
              <datalist id="people">${now.people.map((one) => html`<option value=${one.name}></option>`)}</datalist>
            </label>`
          : nothing}
        ${this.camera === ""
          ? html`<label
              >${words.camera}
              <select @change=${choose}>
                ${now.cameras.map(
                  (one) =>
                    html`<option value=${one.camera} ?selected=${one.camera === this.chosen}>${one.name}</option>`,
                )}
                <option value=${OWN} ?selected=${this.chosen === OWN}>${words.own_camera}</option>
              </select>
            </label>`
          : nothing}
      </form>`;
  }

  private starting(): TemplateResult {
    const ready = this.name.trim() !== "" && !this.busy;
    return html`<button slot="actions" class="main" ?disabled=${!ready} @click=${this.begin}>
      ${icon(mdiCamera)}${this.home.speech.words.learn_start}
    </button>`;
  }

  /** What the camera sees; our own moves. */
  private view(): TemplateResult {
    const { speech } = this.home;
    const label = speech.fill(speech.words.learn_live, { camera: this.at?.name ?? "" });
    return this.own === undefined
      ? html`<face-picture whole class="live" .src=${this.live()} .label=${label}></face-picture>`
      : html`<video
          class="live"
          autoplay
          playsinline
          .muted=${true}
          .srcObject=${this.own.stream}
          aria-label=${speech.words.own_camera_view}
        ></video>`;
  }

  /** The camera's own picture, or the last one with a face where Home Assistant does not have the camera. */
  private live(): string | null | undefined {
    const camera = this.at;
    const path = this.home.hass.states[camera?.entity_id ?? ""]?.attributes["entity_picture"];
    if (typeof path !== "string") return camera?.annotated;
    return `${path}${path.includes("?") ? "&" : "?"}look=${this.look}`;
  }

  private progress(sitting: SittingInfo): TemplateResult {
    const { speech } = this.home;
    const { words } = speech;
    const left = Math.max(0, Math.ceil((Date.parse(sitting.ends_at) - Date.now()) / SECOND_MS));
    const none = sitting.pictures.length === 0;
    const over = none ? words.learn_nothing : words.learn_over;
    const asked = sitting.ask == null ? words.ask_step_into_view : (words[ASKS[sitting.ask]] as string);
    return html`
      ${sitting.taking && this.otherwise ? html`<p class="note">${words.learn_otherwise_now}</p>` : nothing}
      ${sitting.taking ? this.view() : nothing}
      <p class="ask" role="status">${sitting.taking ? asked : over}</p>
      ${sitting.taking ? html`<p class="faint">${speech.fill(words.learn_left, { seconds: left })}</p>` : nothing}
      ${none ? nothing : html`<h3>${speech.count(words.learn_pictures, sitting.pictures.length)}</h3>`}
      <ul class="grid">
        ${sitting.pictures.map(
          (one) =>
            html`<li>
              <face-picture
                .src=${one.picture}
                .label=${speech.fill(words.photo_of, { name: this.name.trim() })}
              ></face-picture>
              <span class="faint">${words[VIEWS[one.view]] as string}</span>
            </li>`,
        )}
      </ul>
    `;
  }

  private answers(sitting: SittingInfo): TemplateResult {
    const { words } = this.home.speech;
    const { doubt } = this;
    const over = !sitting.taking;
    return html`${over
        ? html`<button slot="actions" ?disabled=${this.busy} @click=${this.begin}>
            ${icon(mdiRestart)}${words.learn_again}
          </button>`
        : nothing}
      ${over && sitting.pictures.length > 0
        ? html`<p class="faint">${words.learn_otherwise_text}</p>
            <button slot="actions" ?disabled=${this.busy} @click=${() => this.accept(sitting, [], true)}>
              ${icon(mdiGlasses)}${words.learn_otherwise}
            </button>`
        : nothing}
      ${doubt === undefined
        ? nothing
        : html`<button slot="actions" ?disabled=${this.busy} @click=${() => this.accept(sitting, [doubt])}>
            ${words.add_anyway}
          </button>`}
      <button
        slot="actions"
        class="main"
        ?disabled=${this.busy || sitting.pictures.length === 0}
        @click=${() => this.accept(sitting)}
      >
        ${icon(mdiCheck)}${words.learn_accept}
      </button>`;
  }
}
