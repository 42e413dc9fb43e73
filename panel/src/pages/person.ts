/** One person: their photos with quality, more photos, giving one to somebody else, another name, merging, deleting. */
import { mdiAccountArrowRight, mdiArrowLeft, mdiCallMerge, mdiCctv, mdiDelete, mdiPencil } from "@mdi/js";
import { type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { define } from "../define";
import "../elements/face-dialog";
import "../elements/face-learn";
import "../elements/face-picture";
import "../elements/face-proposals";
import "../elements/face-upload";
import "../elements/face-who";
import { icon } from "../elements/icon";
import type { PersonInfo, PhotoInfo } from "../generated/protocol";
import { navigate } from "../hass";
import { Page } from "../page";
import { isPoor } from "../words";
import { whereabouts } from "./now";

type Question = { readonly kind: "rename" | "merge" | "delete" } | { readonly kind: "photo"; readonly photo: PhotoInfo };

@define("face-person")
export class FacePerson extends Page {
  @property() personId = "";
  @property() base = "";
  @state() private photos: readonly PhotoInfo[] = [];
  @state() private question: Question | undefined;
  @state() private answer = "";
  /** Whether what is deleted can't be put back. */
  @state() private atOnce = false;
  @state() private learning = false;
  /** The photo that is of somebody else. */
  @state() private moving: PhotoInfo | undefined;

  static override styles = [
    ...Page.styles,
    css`
      .head {
        display: flex;
        align-items: center;
        flex-wrap: wrap;
        gap: 12px;
        margin-bottom: 16px;
      }
      .head face-picture {
        width: 72px;
        border-radius: 50%;
      }
      .head .who {
        flex: 1;
        min-width: 160px;
      }
      h2 {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .grid {
        --column: 150px;
      }
      .inner {
        display: flex;
        flex-direction: column;
        align-items: flex-start;
        gap: 6px;
        flex: 1;
      }
      .inner button {
        margin-top: auto;
        gap: 4px;
        padding: 0 8px;
        overflow-wrap: normal;
      }
    `,
  ];

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("personId")) this.photos = [];
    super.willUpdate(changed);
  }

  protected override async load(): Promise<void> {
    if (this.person !== undefined) this.photos = await this.home.client.photos(this.personId);
  }

  private get person(): PersonInfo | undefined {
    return this.home.state.people.find((one) => one.id === this.personId);
  }

  private readonly toList = (event?: Event): void => {
    event?.preventDefault();
    navigate(this.base);
  };

  override render(): TemplateResult {
    const { person } = this;
    const { server } = this.home;
    const back = html`<a
      class="button"
      style="border: none; padding: 0 8px"
      href=${this.base}
      aria-label=${this.words.back}
      @click=${this.toList}
      >${icon(mdiArrowLeft)}</a
    >`;
    if (person === undefined) return html`${back}<p class="empty">${this.words.refused_not_found}</p>`;
    const ask = (question: Question) => () => {
      this.answer = question.kind === "rename" ? person.name : "";
      this.atOnce = false;
      this.question = question;
    };
    return html`
      <div class="head">
        ${back}
        <face-picture .src=${person.picture}></face-picture>
        <div class="who">
          <h2>${person.name}</h2>
          <p class="faint">${whereabouts(this, person)}</p>
        </div>
        ${server.changes
          ? html`<button @click=${ask({ kind: "rename" })}>${icon(mdiPencil)}${this.words.rename}</button>
              <button ?disabled=${this.home.state.people.length < 2} @click=${ask({ kind: "merge" })}>
                ${icon(mdiCallMerge)}${this.words.merge}
              </button>
              <button @click=${ask({ kind: "delete" })}>${icon(mdiDelete)}${this.words.delete}</button>`
          : nothing}
      </div>
      <face-proposals .home=${this.home} .personId=${person.id}></face-proposals>
      <h3>${this.home.speech.count(this.words.photos, this.photos.length)}</h3>
      ${this.loading && this.photos.length === 0 ? this.waiting() : nothing}
      <ul class="grid">
        ${this.photos.map((photo) => this.photo(person, photo, ask({ kind: "photo", photo })))}
      </ul>
      ${server.teaches
        ? html`<h3>${this.words.add_photos}</h3>
            <p>
              <button @click=${() => (this.learning = true)}>${icon(mdiCctv)}${this.words.learn_at_camera}</button>
            </p>
            <face-upload .home=${this.home} .person=${person.name}></face-upload>`
        : nothing}
      ${this.learning
        ? html`<face-learn
            .home=${this.home}
            .person=${person.name}
            @closed=${() => (this.learning = false)}
          ></face-learn>`
        : nothing}
      ${this.question === undefined ? nothing : this.dialog(person, this.question)}
      ${this.moving === undefined ? nothing : this.giving(person, this.moving)}
    `;
  }

  private photo(person: PersonInfo, photo: PhotoInfo, remove: () => void): TemplateResult {
    const { speech, server } = this.home;
    const { quality } = photo;
    const reasons = quality == null ? "" : speech.reasons(quality);
    const label = speech.fill(this.words.photo_of, { name: person.name });
    return html`<li class="card">
      <face-picture .src=${photo.picture} .label=${label}></face-picture>
      <div class="inner">
        ${quality == null
          ? nothing
          : html`<span class="pill ${isPoor(quality) ? "fair" : "good"}"
              >${speech.fill(this.words.quality, { percent: speech.quality(quality) })}</span
            >`}
        ${photo.usable
          ? nothing
          : html`<span class="pill bad">${speech.fill(this.words.not_used, { reason: photo.problem ?? "" })}</span>`}
        ${reasons === "" ? nothing : html`<span class="faint">${reasons}</span>`}
        ${server.changes
          ? html`<button aria-label="${this.words.somebody_else}: ${label}" @click=${() => (this.moving = photo)}>
                ${icon(mdiAccountArrowRight)}${this.words.somebody_else}
              </button>
              <button aria-label="${this.words.delete}: ${label}" @click=${remove}>
                ${icon(mdiDelete)}${this.words.delete}
              </button>`
          : nothing}
      </div>
    </li>`;
  }

  private giving(person: PersonInfo, photo: PhotoInfo): TemplateResult {
    const chosen = async (event: CustomEvent<string>): Promise<void> => {
      const { client, speech } = this.home;
      const moved = await this.attempt(async () => {
        const to = await client.movePhoto(person.id, photo.photo_id, event.detail);
        const text = speech.fill(this.words.moved_to, { name: to.name });
        this.tell({ text, undo: () => client.movePhoto(to.id, photo.photo_id, person.name) });
      });
      if (!moved) return;
      this.moving = undefined;
      this.changed();
    };
    return html`<face-who
      .home=${this.home}
      .heading=${this.words.who_is_this}
      .without=${person.id}
      @chosen=${chosen}
      @closed=${() => (this.moving = undefined)}
    ></face-who>`;
  }

  private readonly closed = (): void => {
    this.question = undefined;
  };

  private async act(person: PersonInfo, question: Question): Promise<void> {
    if (!(await this.done(person, question))) return;
    const chosen = this.answer.trim();
    this.closed();
    this.changed();
    if (question.kind === "merge") navigate(`${this.base}/${chosen}`);
    if (question.kind === "delete") this.toList();
  }

  private done(person: PersonInfo, question: Question): Promise<boolean> {
    const { client, speech } = this.home;
    const { words, atOnce } = this;
    const chosen = this.answer.trim();
    switch (question.kind) {
      case "rename":
        return this.attempt(() => client.rename(person.id, chosen));
      case "merge": {
        const into = this.home.state.people.find((one) => one.id === chosen);
        return into === undefined ? Promise.resolve(false) : this.merge(person, into);
      }
      case "delete": {
        const text = speech.fill(atOnce ? words.erased_person : words.deleted_person, { name: person.name });
        return this.delete(text, () => client.deletePerson(person.id, !atOnce));
      }
      case "photo": {
        const text = atOnce ? words.erased_photo : words.deleted_photo;
        return this.delete(text, () => client.deletePhoto(person.id, question.photo.photo_id, !atOnce));
      }
    }
  }

  private dialog(person: PersonInfo, question: Question): TemplateResult {
    const { words } = this;
    const { speech, state } = this.home;
    const named = (sentence: string): string => speech.fill(sentence, { name: person.name });
    const take = (event: Event): void => {
      this.answer = (event.target as HTMLInputElement | HTMLSelectElement).value;
    };
    const deleting = (text: string): TemplateResult => html`<p>${named(text)}</p>
      <label class="beside">
        <input
          type="checkbox"
          .checked=${this.atOnce}
          @change=${(event: Event) => (this.atOnce = (event.target as HTMLInputElement).checked)}
        />
        ${words.erase_at_once}
      </label>`;
    const remove = this.atOnce ? words.erase : words.delete;
    const parts = {
      rename: {
        heading: words.rename,
        button: words.save,
        body: html`<label
          >${words.new_name}
          <input autofocus autocomplete="off" maxlength="100" .value=${this.answer} @input=${take} />
        </label>`,
      },
      merge: {
        heading: words.merge,
        button: words.merge,
        body: html`<p>${named(words.merge_text)}</p>
          <label
            >${words.merge_into}
            <select @change=${take}>
              <option value="">${words.choose_person}</option>
              ${state.people
                .filter((one) => one.id !== person.id)
                .map((one) => html`<option value=${one.id}>${one.name}</option>`)}
            </select>
          </label>`,
      },
      delete: {
        heading: named(words.delete_person),
        button: remove,
        body: deleting(words.delete_person_text),
      },
      photo: {
        heading: words.delete_photo,
        button: remove,
        body: deleting(words.delete_photo_text),
      },
    }[question.kind];
    const needsAnswer = question.kind === "rename" || question.kind === "merge";
    return html`<face-dialog .heading=${parts.heading} @closed=${this.closed}>
      ${parts.body}
      <button slot="actions" @click=${this.closed}>${words.cancel}</button>
      <button
        slot="actions"
        class=${question.kind === "rename" ? "main" : "danger"}
        ?disabled=${needsAnswer && this.answer.trim() === ""}
        @click=${() => this.act(person, question)}
      >
        ${parts.button}
      </button>
    </face-dialog>`;
  }
}
