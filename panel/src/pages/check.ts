/** What makes recognition worse: photos that cannot be used or are poor, and people with few photos. */
import { type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { define } from "../define";
import "../elements/face-picture";
import type { PersonInfo, PhotoInfo } from "../generated/protocol";
import { navigate } from "../hass";
import { Page } from "../page";
import { isPoor } from "../words";

/** Two sides and the front. */
const ENOUGH_PHOTOS = 3;
/** Requests at the same time; the server takes 64. */
const AT_ONCE = 8;

interface Found {
  readonly person: PersonInfo;
  readonly photo: PhotoInfo;
}

@define("face-check")
export class FaceCheck extends Page {
  @property() base = "";
  @state() private found: readonly Found[] = [];
  private looked = "";

  static override styles = [
    ...Page.styles,
    css`
      .grid {
        --column: 200px;
      }
      .inner {
        display: flex;
        flex-direction: column;
        align-items: flex-start;
        gap: 6px;
        flex: 1;
      }
      .inner .button {
        margin-top: auto;
      }
    `,
  ];

  protected override async load(): Promise<void> {
    const people = this.home.state.people.filter((one) => one.photos > 0);
    // The photos of all people are many answers; nothing is new while nobody has more or fewer of them.
    const looked = people.map((one) => `${one.id}:${one.photos}`).join();
    if (looked === this.looked) return;
    const found: Found[] = [];
    for (let start = 0; start < people.length; start += AT_ONCE) {
      const some = people.slice(start, start + AT_ONCE);
      const photos = await Promise.all(some.map((one) => this.home.client.photos(one.id)));
      some.forEach((person, index) => found.push(...(photos[index] ?? []).map((photo) => ({ person, photo }))));
    }
    this.found = found;
    this.looked = looked;
  }

  override render(): TemplateResult {
    if (this.loading) return html`<p class="empty" role="status">${this.words.checking}</p>`;
    const unusable = this.found.filter(({ photo }) => !photo.usable);
    const poor = this.found.filter(({ photo }) => photo.usable && photo.quality != null && isPoor(photo.quality));
    const few = this.home.state.people.filter((one) => one.photos < ENOUGH_PHOTOS);
    const nothingToDo = unusable.length + poor.length + few.length === 0;
    return html`
      <h2>${this.words.check}</h2>
      <p>${this.words.check_intro}</p>
      ${nothingToDo ? html`<p class="empty">${this.words.all_well}</p>` : nothing}
      ${this.photos(this.words.check_unusable, unusable)} ${this.photos(this.words.check_poor, poor)}
      ${few.length === 0
        ? nothing
        : html`<h3>${this.words.check_few}</h3>
            <ul class="grid">
              ${few.map((person) => {
                const photos = this.home.speech.count(this.words.photos, person.photos);
                const text = this.home.speech.fill(this.words.check_few_text, { name: person.name, photos });
                return this.card(person, person.picture, html`<p>${text}</p>`);
              })}
            </ul>`}
    `;
  }

  private photos(heading: string, found: readonly Found[]): TemplateResult | typeof nothing {
    if (found.length === 0) return nothing;
    const { speech } = this.home;
    return html`<h3>${heading}</h3>
      <ul class="grid">
        ${found.map(({ person, photo }) =>
          this.card(
            person,
            photo.picture,
            html`<strong>${person.name}</strong>
              ${photo.quality == null
                ? nothing
                : html`<span class="pill fair"
                      >${speech.fill(this.words.quality, { percent: speech.quality(photo.quality) })}</span
                    ><span class="faint">${speech.reasons(photo.quality)}</span>`}
              ${photo.usable
                ? nothing
                : html`<span class="pill bad">${speech.fill(this.words.not_used, { reason: photo.problem ?? "" })}</span>`}`,
          ),
        )}
      </ul>`;
  }

  private card(person: PersonInfo, picture: string | null | undefined, body: TemplateResult): TemplateResult {
    const path = `${this.base}/${person.id}`;
    const open = (event: MouseEvent): void => {
      event.preventDefault();
      navigate(path);
    };
    return html`<li class="card">
      <face-picture .src=${picture}></face-picture>
      <div class="inner">
        ${body}
        <a class="button" href=${path} aria-label="${this.words.open_person}: ${person.name}" @click=${open}
          >${this.words.open_person}</a
        >
      </div>
    </li>`;
  }
}
