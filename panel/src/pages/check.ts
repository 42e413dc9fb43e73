/**
 * What makes recognition worse: what the server finds wrong with photos and people, each with what would mend it and what
 * that would change at home, and files that cannot be used.
 */
import { type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { Problem } from "../client";
import { define } from "../define";
import "../elements/face-dialog";
import "../elements/face-picture";
import type { CareFinding, Fault, PersonRef } from "../generated/protocol";
import { navigate } from "../hass";
import { Page } from "../page";

/** The kinds of faults that somebody can do something about here, worst first. */
const CARED_FOR = ["somebody_elses", "same_person", "unlike", "duplicate", "poor", "one_sided"] as const satisfies readonly Fault[];
/** Those of files and folders; what is skipped is no fault. */
const OF_FILES = ["unusable", "missing"] as const;

@define("face-check")
export class FaceCheck extends Page {
  @property() base = "";
  @state() private found: readonly CareFinding[] = [];
  @state() private problems: readonly Problem[] = [];
  /** What is to be confirmed before it is done. */
  @state() private asked: CareFinding | undefined;
  private looked = "";

  static override styles = [
    ...Page.styles,
    css`
      .grid {
        --column: 240px;
      }
      .inner {
        display: flex;
        flex-direction: column;
        align-items: flex-start;
        gap: 6px;
        flex: 1;
      }
      .inner p {
        margin: 0;
      }
      .pair {
        display: grid;
        grid-auto-flow: column;
        grid-auto-columns: 1fr;
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
    const { client, server, state: now } = this.home;
    if (server.changes) this.problems = await client.problems();
    // What the suggestions would change is work for the server; it is the same while nobody has more or fewer photos.
    const looked = now.people.map((one) => `${one.id}:${one.photos}:${one.proposals}`).join();
    if (looked === this.looked) return;
    this.looked = looked;
    const found: CareFinding[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.care(cursor);
      // Photos have come or gone meanwhile, and it is all looked through again.
      if (looked !== this.looked) return;
      found.push(...page.items);
      cursor = page.next_cursor ?? undefined;
      this.found = [...found];
      this.loading = false;
    } while (cursor !== undefined);
  }

  override render(): TemplateResult {
    if (this.loading) return html`<p class="empty" role="status">${this.words.checking}</p>`;
    const skipped = this.problems.filter((one) => one.kind === "skipped");
    const files = OF_FILES.map((kind) => this.problems.filter((one) => one.kind === kind));
    return html`
      <h2>${this.words.check}</h2>
      <p>${this.words.check_intro}</p>
      ${this.found.length + files.flat().length === 0 ? html`<p class="empty">${this.words.all_well}</p>` : nothing}
      ${CARED_FOR.map((fault) =>
        this.section(
          this.words[`check_${fault}`],
          this.found.filter((one) => one.fault === fault).map((one) => this.finding(one)),
        ),
      )}
      ${OF_FILES.map((kind, index) =>
        this.section(
          this.words[`check_${kind}`],
          (files[index] ?? []).map((one) => this.file(one)),
        ),
      )}
      ${skipped.length === 0
        ? nothing
        : html`<details>
            <summary>${this.home.speech.fill(this.words.check_skipped, { n: skipped.length })}</summary>
            <ul>
              ${skipped.map((one) => html`<li><strong>${one.path}</strong>: ${one.message}</li>`)}
            </ul>
          </details>`}
      ${this.asked === undefined ? nothing : this.question(this.asked)}
    `;
  }

  private section(heading: string, cards: readonly TemplateResult[]): TemplateResult | typeof nothing {
    if (cards.length === 0) return nothing;
    return html`<h3>${heading}</h3>
      <ul class="grid">
        ${cards}
      </ul>`;
  }

  private finding(one: CareFinding): TemplateResult {
    const { words } = this;
    const { speech, state: now, server } = this.home;
    const { person, other } = one;
    const known = (who: PersonRef | null | undefined): string | null | undefined =>
      now.people.find((candidate) => candidate.id === who?.id)?.picture;
    const second = one.twin?.picture ?? known(other);
    const title = other == null ? person.name : `${person.name} – ${other.name}`;
    const photos = now.people.find((candidate) => candidate.id === person.id)?.photos ?? 0;
    return html`<li class="card">
      <div class="pair">
        <face-picture .src=${one.picture ?? known(person)}></face-picture>
        ${second == null ? nothing : html`<face-picture .src=${second}></face-picture>`}
      </div>
      <div class="inner">
        <strong>${title}</strong>
        ${one.fault === "one_sided" ? html`<p class="faint">${speech.count(words.photos, photos)}</p>` : nothing}
        <p>${this.effect(one)}</p>
        <div class="row actions">
          ${server.changes ? this.answers(one, title) : nothing} ${this.link(person)}
        </div>
      </div>
    </li>`;
  }

  /** What following the suggestion would change, in a sentence. */
  private effect(one: CareFinding): string {
    const { words } = this;
    const { speech } = this.home;
    const { strangers_before: before, strangers_after: after, visits_before, visits_after, visits } = one.effect;
    const names = { name: one.person.name, other: one.other?.name ?? "" };
    const changes: string[] = [];
    if (before > after) changes.push(speech.count(words.effect_strangers_fewer, before - after));
    if (after > before) changes.push(speech.count(words.effect_strangers_more, after - before));
    if (visits_after > visits_before) changes.push(speech.count(words.effect_visits_more, visits_after - visits_before));
    if (visits_before > visits_after) changes.push(speech.count(words.effect_visits_fewer, visits_before - visits_after));
    if (changes.length > 0) {
      return speech.fill(words[`effect_${one.suggestion}`], { ...names, changes: speech.fill(speech.list(changes), names) });
    }
    if (one.suggestion === "teach") return speech.fill(words.effect_teach_none, names);
    return visits === 0 ? words.effect_unknown : speech.fill(words.effect_none, { visits_before, visits });
  }

  private answers(one: CareFinding, title: string): TemplateResult {
    const { words } = this;
    const { other } = one;
    const photo = one.photo_id;
    const ask = (label: string): TemplateResult =>
      html`<button aria-label="${label}: ${title}" @click=${() => (this.asked = one)}>${label}</button>`;
    const moves = (to: PersonRef): TemplateResult => {
      const label = this.home.speech.fill(words.move_to, { name: to.name });
      return html`<button aria-label="${label}: ${title}" @click=${() => this.move(one, to)}>${label}</button>`;
    };
    return html`
      ${one.suggestion === "delete" ? ask(words.delete) : nothing} ${one.suggestion === "merge" ? ask(words.merge) : nothing}
      ${one.suggestion === "move" && other != null ? moves(other) : nothing}
      ${photo == null
        ? nothing
        : html`<button aria-label="${words.accept_photo}: ${title}" @click=${() => this.accept(one.person.id, photo)}>
            ${words.accept_photo}
          </button>`}
    `;
  }

  private question(one: CareFinding): TemplateResult {
    const { words } = this;
    const { speech, client } = this.home;
    const { person, other } = one;
    const photo = one.photo_id;
    const merge = one.suggestion === "merge";
    const closed = (): void => {
      this.asked = undefined;
    };
    const confirmed = async (): Promise<void> => {
      const done =
        merge && other != null
          ? await this.merge(person, other)
          : photo != null && (await this.delete(words.deleted_photo, () => client.deletePhoto(person.id, photo, true)));
      this.asked = undefined;
      if (done) this.lookAgain();
    };
    const label = merge ? words.merge : words.delete;
    return html`<face-dialog .heading=${merge ? words.merge : words.delete_photo} @closed=${closed}>
      <p>${speech.fill(merge ? words.merge_text : words.delete_photo_text, { name: person.name })}</p>
      <p>${this.effect(one)}</p>
      <button slot="actions" @click=${closed}>${words.cancel}</button>
      <button slot="actions" class=${merge ? "main" : "danger"} @click=${confirmed}>${label}</button>
    </face-dialog>`;
  }

  private async move(one: CareFinding, to: PersonRef): Promise<void> {
    const { client, speech } = this.home;
    const photo = one.photo_id;
    if (photo == null) return;
    if (await this.attempt(() => client.movePhoto(one.person.id, photo, to.name))) {
      const text = speech.fill(this.words.moved_to, { name: to.name });
      this.tell({ text, undo: () => client.movePhoto(to.id, photo, one.person.name) });
      this.lookAgain();
    }
  }

  private async accept(personId: string, photoId: string): Promise<void> {
    if (await this.attempt(() => this.home.client.acceptPhoto(personId, photoId))) this.lookAgain();
  }

  private lookAgain(): void {
    this.looked = "";
    this.changed();
  }

  private file(problem: Problem): TemplateResult {
    const person = this.home.state.people.find((known) => known.id === problem.person_id);
    return html`<li class="card">
      <face-picture .src=${problem.picture ?? person?.picture}></face-picture>
      <div class="inner">
        <strong>${problem.path}</strong>
        <p class="faint">${problem.message}</p>
        ${person === undefined ? nothing : html`<div class="row actions">${this.link(person)}</div>`}
      </div>
    </li>`;
  }

  private link(person: PersonRef): TemplateResult {
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
