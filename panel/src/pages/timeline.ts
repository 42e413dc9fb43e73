/** Who was seen when and where, newest first; why that was decided, and the way to correct it. */
import { type TemplateResult, css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Explained, Near } from "../client";
import { define } from "../define";
import "../elements/face-picture";
import "../elements/face-who";
import type { SightingInfo } from "../generated/protocol";
import { Page } from "../page";

@define("face-timeline")
export class FaceTimeline extends Page {
  @state() private sightings: readonly SightingInfo[] = [];
  @state() private cursor: string | null | undefined;
  @state() private personId = "";
  @state() private camera = "";
  @state() private explained: ReadonlyMap<string, Explained | undefined> = new Map();
  @state() private correcting: SightingInfo | undefined;
  private asked = 0;

  static override styles = [
    ...Page.styles,
    css`
      .filters {
        display: grid;
        gap: 12px;
        grid-template-columns: repeat(auto-fit, minmax(140px, 240px));
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: flex;
        flex-direction: column;
        gap: 8px;
      }
      .sighting {
        display: flex;
        flex-wrap: wrap;
        gap: 12px;
        align-items: center;
        padding: 8px 12px 8px 8px;
      }
      .sighting face-picture {
        width: 72px;
        border-radius: 8px;
        flex: none;
      }
      .what {
        flex: 1;
        min-width: 150px;
        overflow-wrap: anywhere;
      }
      .what p {
        margin: 2px 0;
      }
      .name {
        font-weight: 500;
      }
      .corrected .name {
        text-decoration: line-through;
      }
      .why {
        border-top: 1px solid var(--divider-color);
        padding: 8px 16px 12px;
      }
      .near {
        display: flex;
        flex-wrap: wrap;
        gap: 12px;
        margin-top: 8px;
      }
      .near li {
        display: flex;
        gap: 8px;
        align-items: center;
      }
      .near face-picture {
        width: 56px;
        border-radius: 8px;
      }
      .more {
        text-align: center;
        margin: 16px;
      }
      .choices {
        display: flex;
        flex-direction: column;
        gap: 8px;
        margin-bottom: 16px;
      }
    `,
  ];

  private get filter(): object {
    return {
      ...(this.personId !== "" && { person_id: this.personId }),
      ...(this.camera !== "" && { camera: this.camera }),
    };
  }

  protected override async load(): Promise<void> {
    const asked = ++this.asked;
    const { items, next_cursor: cursor } = await this.home.client.sightings(this.filter);
    // Another filter may have been chosen meanwhile.
    if (asked !== this.asked) return;
    const oldest = items.at(-1);
    const known = this.sightings.findIndex((one) => one.sighting_id === oldest?.sighting_id);
    // Those that were shown below the first page stay.
    const below = known < 0 ? [] : this.sightings.slice(known + 1);
    this.sightings = [...items, ...below];
    if (below.length === 0) this.cursor = cursor;
  }

  private async more(): Promise<void> {
    if (this.cursor == null) return;
    const { items, next_cursor: cursor } = await this.home.client.sightings(this.filter, this.cursor);
    this.sightings = [...this.sightings, ...items];
    this.cursor = cursor;
  }

  private filtered(change: () => void): void {
    change();
    this.sightings = [];
    this.loading = true;
    void this.reload();
  }

  override render(): TemplateResult {
    const { people, cameras } = this.home.state;
    const filters = this.personId !== "" || this.camera !== "";
    return html`
      <h2>${this.words.timeline}</h2>
      <div class="filters">
        ${this.select(this.words.person, this.words.everybody, people.map((one) => [one.id, one.name]), (value) => (this.personId = value))}
        ${this.select(this.words.camera, this.words.all_cameras, cameras.map((one) => [one.camera, one.name]), (value) => (this.camera = value))}
      </div>
      ${this.loading
        ? this.waiting()
        : this.sightings.length === 0
          ? html`<p class="empty">${filters ? this.words.no_match : this.words.no_sightings}</p>`
          : this.days()}
      ${this.cursor == null || this.loading
        ? nothing
        : html`<p class="more">
            <button @click=${() => this.attempt(() => this.more())}>${this.words.more}</button>
          </p>`}
      ${this.correcting === undefined ? nothing : this.dialog(this.correcting)}
    `;
  }

  private select(
    label: string,
    all: string,
    options: readonly (readonly [string, string])[],
    choose: (value: string) => void,
  ): TemplateResult {
    const changed = (event: Event): void => this.filtered(() => choose((event.target as HTMLSelectElement).value));
    return html`<label
      >${label}
      <select @change=${changed}>
        <option value="">${all}</option>
        ${options.map(([value, name]) => html`<option value=${value}>${name}</option>`)}
      </select>
    </label>`;
  }

  private days(): TemplateResult[] {
    const days = new Map<string, SightingInfo[]>();
    for (const one of this.sightings) {
      const day = this.home.speech.day(one.at);
      days.set(day, [...(days.get(day) ?? []), one]);
    }
    return [...days].map(
      ([day, sightings]) =>
        html`<h3>${day}</h3>
          <ul>
            ${repeat(
              sightings,
              (one) => one.sighting_id,
              (one) => this.sighting(one),
            )}
          </ul>`,
    );
  }

  private sighting(sighting: SightingInfo): TemplateResult {
    const { speech, server } = this.home;
    const { words } = this;
    const id = sighting.sighting_id;
    const [name, camera, when] = [sighting.person.name, this.cameraName(sighting.camera), speech.time(sighting.at)];
    const open = this.explained.has(id);
    const grade = sighting.grade === "confirmed" ? words.grade_confirmed : words.grade_seen;
    return html`<li class="card ${sighting.corrected ? "corrected" : ""}">
      <div class="sighting">
        <face-picture
          .src=${sighting.picture}
          .label=${speech.fill(words.picture_of_sighting, { name, camera, when })}
        ></face-picture>
        <div class="what">
          <p class="name">${name}</p>
          <p class="faint">${camera}, ${when}</p>
          <p>
            <span class="pill ${sighting.corrected ? "bad" : sighting.grade === "confirmed" ? "good" : ""}"
              >${sighting.corrected ? words.corrected : grade}</span
            >
          </p>
        </div>
        <button aria-expanded=${open} @click=${() => this.explain(id)}>${words.why}</button>
        ${!server.teaches
          ? nothing
          : sighting.corrected
            ? html`<button @click=${() => this.undo(sighting)}>${words.undo}</button>`
            : html`<button @click=${() => (this.correcting = sighting)}>${words.wrong}</button>`}
      </div>
      ${open ? this.why(sighting, this.explained.get(id)) : nothing}
    </li>`;
  }

  private async explain(id: string): Promise<void> {
    const { [id]: known, ...others } = Object.fromEntries(this.explained);
    if (this.explained.has(id)) {
      this.explained = new Map(Object.entries(others));
      return;
    }
    this.explained = new Map([...this.explained, [id, known]]);
    await this.attempt(async () => {
      const answer = await this.home.client.explain("sightings", id);
      if (this.explained.has(id)) this.explained = new Map([...this.explained, [id, answer]]);
    });
  }

  private why(sighting: SightingInfo, explained: Explained | undefined): TemplateResult {
    const { speech } = this.home;
    const { words } = this;
    // The picture of a sighting is a cut around its face: the largest is meant.
    const face = [...(explained?.faces ?? [])].sort((a, b) => b.box.w - a.box.w)[0];
    const decided = speech.fill(words.why_then, {
      similarity: speech.similarity(sighting.similarity),
      probability: speech.percent(sighting.probability),
      name: sighting.person.name,
    });
    return html`<div class="why">
      <p>${decided}</p>
      ${explained === undefined
        ? html`<p class="faint" role="status">${words.looking}</p>`
        : face === undefined
          ? html`<p class="faint">${words.why_no_face}</p>`
          : html`<p>
                <strong>${words.why_now}</strong><br />
                ${speech.fill(words.why_needed, {
                  seen: speech.similarity(face.evidence.seen_from),
                  confirmed: speech.similarity(face.evidence.confirmed_from),
                })}
              </p>
              <ul class="near">
                ${face.nearest.map((one) => this.near(one))}
              </ul>
              ${face.quality.reasons.length === 0
                ? nothing
                : html`<p class="faint">
                    ${speech.fill(words.quality, { percent: speech.quality(face.quality) })}:
                    ${speech.reasons(face.quality)}
                  </p>`}`}
    </div>`;
  }

  private near(near: Near): TemplateResult {
    const { speech } = this.home;
    const { name } = near.person;
    return html`<li>
      <face-picture .src=${near.picture} .label=${speech.fill(this.words.nearest_photo, { name })}></face-picture>
      <span
        >${name}<br /><span class="faint"
          >${speech.fill(this.words.similarity, { value: speech.similarity(near.similarity) })}</span
        ></span
      >
    </li>`;
  }

  private async correct(sighting: SightingInfo, who: { person?: string; reason?: "not_a_person" }): Promise<void> {
    this.correcting = undefined;
    const { name } = sighting.person;
    const worked = await this.attempt(() => this.home.client.correct(sighting.sighting_id, who));
    if (!worked) return;
    const text = this.home.speech.fill(this.words.was_corrected, { name });
    this.tell({ text, undo: () => this.home.client.correct(sighting.sighting_id, { person: name }) });
    this.changed();
  }

  private async undo(sighting: SightingInfo): Promise<void> {
    const person = sighting.person.name;
    if (await this.attempt(() => this.home.client.correct(sighting.sighting_id, { person }))) {
      this.tell({ text: this.words.was_undone });
      this.changed();
    }
  }

  private dialog(sighting: SightingInfo): TemplateResult {
    const { words } = this;
    return html`<face-who
      .home=${this.home}
      .heading=${this.home.speech.fill(words.wrong_title, { name: sighting.person.name })}
      .without=${sighting.person.id}
      .kind=${"sightings"}
      .ownId=${sighting.sighting_id}
      @chosen=${({ detail: person }: CustomEvent<string>) => this.correct(sighting, { person })}
      @closed=${() => (this.correcting = undefined)}
    >
      <div class="choices">
        <button @click=${() => this.correct(sighting, {})}>${words.dont_know}</button>
        <button @click=${() => this.correct(sighting, { reason: "not_a_person" })}>${words.not_a_person}</button>
      </div>
      <p>${words.it_was}</p>
    </face-who>`;
  }
}
