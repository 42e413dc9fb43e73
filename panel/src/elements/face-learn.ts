/**
 * Learns somebody at a camera: shows what it sees, asks for what is missing, and has the pictures accepted or forgotten.
 * Fires `closed`; nothing is kept unless somebody accepts it.
 */
import { mdiCamera, mdiCheck, mdiGlasses, mdiRestart } from "@mdi/js";
import { LitElement, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { type Camera, Refusal } from "../client";
import { define } from "../define";
import type { Ask, Override, SittingInfo, View } from "../generated/protocol";
import type { Home, Notice } from "../page";
import { shared } from "../styles";
import type { Words } from "../words/en";
import "./face-dialog";
import "./face-picture";
import { icon } from "./icon";

const ASK_EVERY_MS = 700;
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
const VIEWS: Readonly<Record<View, keyof Words>> = { front: "view_front", left: "view_side", right: "view_side" };

@define("face-learn")
export class FaceLearn extends LitElement {
  @property({ attribute: false }) home!: Home;
  /** Whose photos they will be; without a name it is asked for. */
  @property() person = "";
  /** Full id of the camera; without one it is asked for. */
  @property() camera = "";
  @state() private name = "";
  @state() private chosen = "";
  @state() private sitting: SittingInfo | undefined;
  @state() private failure = "";
  /** The refusal that may be overridden. */
  @state() private doubt: Override | undefined;
  @state() private busy = false;
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
    this.chosen = this.camera === "" ? (this.home.state.cameras[0]?.camera ?? "") : this.camera;
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
    const { sitting } = this;
    this.sitting = undefined;
    // The server forgets it by itself, too.
    if (sitting !== undefined) void this.home.client.declineSitting(sitting.sitting_id).catch(() => undefined);
  }

  private readonly begin = async (event?: Event): Promise<void> => {
    event?.preventDefault();
    this.forget();
    await this.attempt(async () => {
      this.sitting = await this.home.client.startSitting(this.chosen);
      this.askLater();
    });
  };

  private askLater(): void {
    clearTimeout(this.asking);
    this.asking = setTimeout(() => void this.ask(), ASK_EVERY_MS);
  }

  private async ask(): Promise<void> {
    const { sitting } = this;
    if (sitting?.taking !== true) return;
    try {
      const now = await this.home.client.sitting(sitting.sitting_id);
      // It may have been accepted or forgotten meanwhile.
      if (this.sitting?.sitting_id !== now.sitting_id) return;
      this.sitting = now;
      this.look += 1;
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
      this.failure = this.home.speech.refusal(error);
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
              </select>
            </label>`
          : nothing}
      </form>`;
  }

  private starting(): TemplateResult {
    const ready = this.name.trim() !== "" && this.chosen !== "" && !this.busy;
    return html`<button slot="actions" class="main" ?disabled=${!ready} @click=${this.begin}>
      ${icon(mdiCamera)}${this.home.speech.words.learn_start}
    </button>`;
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
      ${sitting.taking
        ? html`<face-picture
            whole
            class="live"
            .src=${this.live()}
            .label=${speech.fill(words.learn_live, { camera: this.at?.name ?? "" })}
          ></face-picture>`
        : nothing}
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
