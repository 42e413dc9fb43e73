/** What makes recognition worse: what the server finds wrong with photos, poor ones, and people with few. */
import { type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { Problem } from "../client";
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
/** The kinds of faults, worst first; what is skipped is no fault. */
const FAULTS = ["somebody_elses", "same_person", "unlike", "unusable", "missing"] as const;
/** What somebody may say is right all the same. */
const ACCEPTABLE: readonly string[] = ["somebody_elses", "unlike"];

interface Found {
  readonly person: PersonInfo;
  readonly photo: PhotoInfo;
}

@define("face-check")
export class FaceCheck extends Page {
  @property() base = "";
  @state() private found: readonly Found[] = [];
  @state() private problems: readonly Problem[] = [];
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
      .actions {
        margin-top: auto;
      }
      summary {
        cursor: pointer;
        padding: 16px 0;
      }
    `,
  ];

  protected override async load(): Promise<void> {
    if (this.home.server.changes) this.problems = await this.home.client.problems();
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
    const poor = this.found.filter(({ photo }) => photo.usable && photo.quality != null && isPoor(photo.quality));
    const few = this.home.state.people.filter((one) => one.photos < ENOUGH_PHOTOS);
    const faults = FAULTS.map((kind) => this.problems.filter((one) => one.kind === kind));
    const skipped = this.problems.filter((one) => one.kind === "skipped");
    const nothingToDo = faults.flat().length + poor.length + few.length === 0;
    return html`
      <h2>${this.words.check}</h2>
      <p>${this.words.check_intro}</p>
      ${nothingToDo ? html`<p class="empty">${this.words.all_well}</p>` : nothing}
      ${FAULTS.map((kind, index) => this.faults(this.words[`check_${kind}`], faults[index] ?? []))}
      ${this.photos(this.words.check_poor, poor)}
      ${few.length === 0
        ? nothing
        : html`<h3>${this.words.check_few}</h3>
            <ul class="grid">
              ${few.map((person) => {
                const photos = this.home.speech.count(this.words.photos, person.photos);
                const text = this.home.speech.fill(this.words.check_few_text, { name: person.name, photos });
                return this.card(person.picture, html`<p>${text}</p>`, this.link(person));
              })}
            </ul>`}
      ${skipped.length === 0
        ? nothing
        : html`<details>
            <summary>${this.home.speech.fill(this.words.check_skipped, { n: skipped.length })}</summary>
            <ul>
              ${skipped.map((one) => html`<li><strong>${one.path}</strong>: ${one.message}</li>`)}
            </ul>
          </details>`}
    `;
  }

  private faults(heading: string, problems: readonly Problem[]): TemplateResult | typeof nothing {
    if (problems.length === 0) return nothing;
    return html`<h3>${heading}</h3>
      <ul class="grid">
        ${problems.map((one) => {
          const person = this.home.state.people.find((known) => known.id === one.person_id);
          return this.card(
            one.picture ?? person?.picture,
            html`<strong>${one.path}</strong>
              <p class="faint">${one.message}</p>`,
            html`${ACCEPTABLE.includes(one.kind)
              ? html`<button aria-label="${this.words.accept_photo}: ${one.path}" @click=${() => this.accept(one)}>
                  ${this.words.accept_photo}
                </button>`
              : nothing}
            ${person === undefined ? nothing : this.link(person)}`,
          );
        })}
      </ul>`;
  }

  private async accept(problem: Problem): Promise<void> {
    const { person_id: personId, photo_id: photoId } = problem;
    if (personId == null || photoId == null) return;
    if (await this.attempt(() => this.home.client.acceptPhoto(personId, photoId))) {
      this.looked = "";
      this.changed();
    }
  }

  private photos(heading: string, found: readonly Found[]): TemplateResult | typeof nothing {
    if (found.length === 0) return nothing;
    const { speech } = this.home;
    return html`<h3>${heading}</h3>
      <ul class="grid">
        ${found.map(({ person, photo }) =>
          this.card(
            photo.picture,
            html`<strong>${person.name}</strong>
              ${photo.quality == null
                ? nothing
                : html`<span class="pill fair"
                      >${speech.fill(this.words.quality, { percent: speech.quality(photo.quality) })}</span
                    ><span class="faint">${speech.reasons(photo.quality)}</span>`}`,
            this.link(person),
          ),
        )}
      </ul>`;
  }

  private card(picture: string | null | undefined, body: TemplateResult, actions: TemplateResult): TemplateResult {
    return html`<li class="card">
      <face-picture .src=${picture}></face-picture>
      <div class="inner">
        ${body}
        <div class="row actions">${actions}</div>
      </div>
    </li>`;
  }

  private link(person: PersonInfo): TemplateResult {
    const path = `${this.base}/${person.id}`;
    const open = (event: MouseEvent): void => {
      event.preventDefault();
      navigate(path);
    };
    return html`<a class="button" href=${path} aria-label="${this.words.open_person}: ${person.name}" @click=${open}
      >${this.words.open_person}</a
    >`;
  }
}
