/**
 * The way to add somebody: the button opens the choice of photos at once; a name, the verdicts and the question who that
 * is in Home Assistant follow in one dialog.
 */
import { mdiAccountPlus } from "@mdi/js";
import { type TemplateResult, css, html, nothing } from "lit";
import { query, state } from "lit/decorators.js";
import { type HomePeople, type HomePerson, NEW, NOBODY } from "../client";
import { define } from "../define";
import type { PersonRef } from "../generated/protocol";
import { Page } from "../page";
import "./face-dialog";
import { type FaceUpload } from "./face-upload";
import "./face-upload";
import { icon } from "./icon";

@define("face-add")
export class FaceAdd extends Page {
  @state() private open = false;
  @state() private name = "";
  @state() private photos: readonly File[] = [];
  /** Photos are being learned, so the name stays. */
  @state() private begun = false;
  /** Who was learned, while it is not said who of Home Assistant's people that is. */
  @state() private asked: { readonly person: PersonRef; readonly homes: HomePeople } | undefined;
  /** What came of the answer, while the dialog stays open. */
  @state() private answer = "";
  @query("input[hidden]") private readonly chooser!: HTMLInputElement;
  @query("face-upload") private readonly upload!: FaceUpload | null;

  static override styles = [
    ...Page.styles,
    css`
      face-upload {
        display: block;
        margin-top: 16px;
      }
      .who {
        margin-top: 16px;
      }
    `,
  ];

  override render(): TemplateResult {
    const { words } = this;
    return html`
      <button class="main" @click=${this.begin}>${icon(mdiAccountPlus)}${words.add_person}</button>
      <input hidden type="file" accept="image/*,.zip" multiple aria-label=${words.choose_photos} @change=${this.chosen} />
      ${this.open ? this.dialog() : nothing}
    `;
  }

  private readonly begin = (): void => {
    this.open = true;
    this.chooser.click();
  };

  private readonly chosen = (): void => {
    this.photos = [...(this.chooser.files ?? [])];
    this.chooser.value = "";
  };

  private readonly closed = (): void => {
    this.open = this.begun = false;
    this.name = this.answer = "";
    this.photos = [];
    this.asked = undefined;
    this.changed();
  };

  private readonly submitted = (event: Event): void => {
    event.preventDefault();
    if (this.name.trim() !== "") this.learn();
  };

  /** Photos that were chosen before the name; also where others are chosen first in the dialog. */
  private readonly learn = (): void => {
    const { photos } = this;
    this.photos = [];
    if (photos.length > 0) void this.upload?.add(photos);
  };

  private readonly started = (): void => {
    this.begun = true;
    this.learn();
  };

  /** Ask, unless that was said before. */
  private readonly learned = async ({ detail: person }: CustomEvent<PersonRef>): Promise<void> => {
    if (!this.home.server.changes || this.asked !== undefined || this.answer !== "") return;
    await this.attempt(async () => {
      const homes = await this.home.client.homePeople();
      // The dialog may be closed by now, or another photo's question answered.
      if (this.open && this.answer === "" && !(person.id in homes.links)) this.asked = { person, homes };
    });
  };

  private async say(person: PersonRef, choice: string, called: string): Promise<void> {
    const { client, speech, state: now } = this.home;
    await this.attempt(async () => {
      const { by_hand: tracker } = await client.link(person.id, choice);
      this.asked = undefined;
      if (choice === NOBODY) this.answer = speech.fill(this.words.is_nobody, { name: person.name });
      else if (tracker !== null) this.answer = speech.fill(this.words.add_line, { tracker });
      else this.answer = speech.fill(this.words.is_linked, { name: person.name, home: called });
      const counts = choice === NOBODY || now.cameras.some((one) => one.counts_as_home);
      if (!counts) this.answer = `${this.answer} ${this.words.none_counts}`;
      if (tracker === null && this.upload?.finished) {
        this.tell({ text: this.answer });
        this.closed();
      }
    });
  }

  private dialog(): TemplateResult {
    const { words } = this;
    const waiting = this.photos.length > 0;
    return html`<face-dialog .heading=${words.add_person} @closed=${this.closed}>
      <form id="form" @submit=${this.submitted}>
        <label
          >${words.name}
          <input
            autofocus
            autocomplete="off"
            maxlength="100"
            placeholder=${words.name_hint}
            ?readonly=${this.begun}
            .value=${this.name}
            @input=${(event: Event) => (this.name = (event.target as HTMLInputElement).value)}
          />
        </label>
      </form>
      ${waiting ? html`<p role="status">${this.home.speech.count(words.photos_chosen, this.photos.length)}</p>` : nothing}
      <face-upload
        .home=${this.home}
        .person=${this.name.trim()}
        @begun=${this.started}
        @learned=${this.learned}
      ></face-upload>
      ${this.asked === undefined ? nothing : this.question(this.asked.person, this.asked.homes)}
      ${this.answer === "" ? nothing : html`<p class="note" role="status">${this.answer}</p>`}
      ${waiting
        ? html`<button slot="actions" @click=${this.closed}>${words.cancel}</button>
            <button slot="actions" class="main" ?disabled=${this.name.trim() === ""} @click=${this.submitted}>
              ${words.add}
            </button>`
        : html`<button slot="actions" class="main" @click=${this.closed}>${words.done}</button>`}
    </face-dialog>`;
  }

  /** Whoever has the same name comes first; each answer is a button of its own, so nobody is linked by accident. */
  private question(person: PersonRef, homes: HomePeople): TemplateResult {
    const { speech } = this.home;
    const taken = Object.values(homes.links);
    const free = homes.people.filter((one) => !taken.includes(one.id));
    const same = (one: HomePerson): boolean => one.name.toLocaleLowerCase() === person.name.toLocaleLowerCase();
    const sorted = [...free.filter(same), ...free.filter((one) => !same(one))];
    return html`<section class="who" aria-labelledby="who">
      <p id="who">${speech.fill(this.words.who_at_home, { name: person.name })}</p>
      <div class="row">
        ${sorted.map(
          (one) =>
            html`<button class=${same(one) ? "main" : ""} @click=${() => this.say(person, one.id, one.name)}>
              ${one.name}
            </button>`,
        )}
        ${homes.can_create
          ? html`<button @click=${() => this.say(person, NEW, person.name)}>${this.words.new_at_home}</button>`
          : nothing}
        <button @click=${() => this.say(person, NOBODY, "")}>${this.words.nobody_at_home}</button>
      </div>
      <p class="faint">${this.words.who_at_home_text}</p>
    </section>`;
  }
}
