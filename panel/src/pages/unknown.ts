/** Unknown people, those who come most often first: named, joined to somebody who is known, ignored or forgotten. */
import { mdiAccountCheck, mdiBellOff, mdiDelete } from "@mdi/js";
import { type TemplateResult, css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { define } from "../define";
import "../elements/face-changes";
import "../elements/face-dialog";
import "../elements/face-picture";
import "../elements/face-who";
import { icon } from "../elements/icon";
import type { ChangeInfo, UnknownInfo } from "../generated/protocol";
import { Page } from "../page";

@define("face-unknown")
export class FaceUnknown extends Page {
  @state() private unknowns: readonly UnknownInfo[] = [];
  @state() private selected: ReadonlySet<string> = new Set();
  @state() private naming: readonly string[] = [];
  @state() private forgetting: readonly string[] = [];

  static override styles = [
    ...Page.styles,
    css`
      .grid {
        --column: 220px;
      }
      .card {
        position: relative;
      }
      .pick {
        position: absolute;
        top: 8px;
        left: 8px;
        padding: 10px;
        border-radius: 50%;
        background: color-mix(in srgb, var(--card-background-color) 80%, transparent);
      }
      .inner {
        display: flex;
        flex-direction: column;
        flex: 1;
      }
      .times {
        font-weight: 500;
      }
      .actions {
        margin-top: auto;
        padding-top: 8px;
      }
      .bar {
        position: sticky;
        top: -16px;
        z-index: 1;
        padding: 8px 16px;
        margin: 0 0 16px;
        border-radius: var(--radius);
        border: 1px solid var(--divider-color);
        background: var(--card-background-color);
      }
      .bar span {
        flex: 1;
      }
      summary {
        cursor: pointer;
        padding: 16px 0;
      }
      .ignored {
        opacity: 0.75;
      }
    `,
  ];

  protected override async load(): Promise<void> {
    const found = await this.home.client.unknowns();
    this.unknowns = found.sort(
      (a, b) => b.times_seen - a.times_seen || Date.parse(b.last_seen) - Date.parse(a.last_seen),
    );
    const there = new Set(found.map((one) => one.unknown_id));
    this.selected = new Set([...this.selected].filter((id) => there.has(id)));
  }

  override render(): TemplateResult {
    if (this.loading) return this.waiting();
    const news = this.unknowns.filter((one) => !one.ignored);
    const ignored = this.unknowns.filter((one) => one.ignored);
    return html`
      <h2>${this.words.unknown}</h2>
      <p>${this.words.unknown_intro}</p>
      ${this.selected.size === 0 ? nothing : this.bar([...this.selected])}
      ${news.length === 0 ? html`<p class="empty">${this.words.no_unknowns}</p>` : nothing}
      ${this.list(news)}
      ${ignored.length === 0
        ? nothing
        : html`<details>
            <summary>${this.home.speech.fill(this.words.show_ignored, { n: ignored.length })}</summary>
            ${this.list(ignored)}
          </details>`}
      <face-changes .home=${this.home}></face-changes>
      ${this.naming.length === 0 ? nothing : this.whoIsThis(this.naming)}
      ${this.forgetting.length === 0 ? nothing : this.forget(this.forgetting)}
    `;
  }

  private list(unknowns: readonly UnknownInfo[]): TemplateResult {
    return html`<ul class="grid">
      ${repeat(
        unknowns,
        (one) => one.unknown_id,
        (one) => this.unknown(one),
      )}
    </ul>`;
  }

  private unknown(unknown: UnknownInfo): TemplateResult {
    const { speech, server } = this.home;
    const id = unknown.unknown_id;
    const [first, last] = [speech.ago(unknown.first_seen), speech.ago(unknown.last_seen)];
    const pick = (event: Event): void => {
      const others = [...this.selected].filter((one) => one !== id);
      this.selected = new Set((event.target as HTMLInputElement).checked ? [...others, id] : others);
    };
    return html`<li class="card ${unknown.ignored ? "ignored" : ""}">
      <face-picture .src=${unknown.picture} .label=${this.words.unknown_person}></face-picture>
      ${server.teaches
        ? html`<label class="pick"
            ><input type="checkbox" aria-label=${this.words.select} .checked=${this.selected.has(id)} @change=${pick}
          /></label>`
        : nothing}
      <div class="inner">
        <p class="times">${speech.count(this.words.seen_times, unknown.times_seen)}</p>
        <p class="faint">${speech.fill(this.words.at_camera, { camera: this.cameraName(unknown.camera) })}</p>
        <p class="faint">${unknown.times_seen > 1 ? speech.fill(this.words.first_last, { first, last }) : last}</p>
        ${server.teaches ? html`<div class="row actions">${this.buttons([id], unknown.ignored)}</div>` : nothing}
      </div>
    </li>`;
  }

  private bar(ids: readonly string[]): TemplateResult {
    return html`<div class="row bar">
      <span>${this.home.speech.count(this.words.selected, ids.length)}</span>${this.buttons(ids, false)}
    </div>`;
  }

  private buttons(ids: readonly string[], ignored: boolean): TemplateResult {
    return html`<button @click=${() => (this.naming = ids)}>${icon(mdiAccountCheck)}${this.words.this_is}</button>
      ${ignored
        ? nothing
        : html`<button @click=${() => this.ignore(ids)}>${icon(mdiBellOff)}${this.words.ignore}</button>`}
      ${this.home.server.changes
        ? html`<button class="icon" aria-label=${this.words.delete} @click=${() => (this.forgetting = ids)}>
            ${icon(mdiDelete)}
          </button>`
        : nothing}`;
  }

  private async each(
    ids: readonly string[],
    what: (id: string) => Promise<unknown>,
    text: string,
    kind: ChangeInfo["kind"],
  ): Promise<void> {
    const worked = await this.attempt(async () => {
      for (const id of ids) await what(id);
      await this.offerUndo(text, (change) => change.kind === kind && ids.includes(change.unknown_id ?? ""));
    });
    this.naming = [];
    this.forgetting = [];
    if (worked) this.selected = new Set();
    await this.reload();
    this.changed();
  }

  private async ignore(ids: readonly string[]): Promise<void> {
    await this.each(ids, (id) => this.home.client.ignore(id), this.words.now_ignored, "unknown_ignored");
  }

  private whoIsThis(ids: readonly string[]): TemplateResult {
    const chosen = ({ detail: name }: CustomEvent<string>): Promise<void> =>
      this.each(
        ids,
        (id) => this.home.client.assign(id, name),
        this.home.speech.fill(this.words.named, { name }),
        "unknown_named",
      );
    return html`<face-who
      .home=${this.home}
      .heading=${this.words.who_is_this}
      .ownId=${ids[0] ?? ""}
      @chosen=${chosen}
      @closed=${() => (this.naming = [])}
    ></face-who>`;
  }

  private forget(ids: readonly string[]): TemplateResult {
    const closed = (): void => {
      this.forgetting = [];
    };
    return html`<face-dialog .heading=${this.words.delete_unknown} @closed=${closed}>
      <p>${this.words.delete_unknown_text}</p>
      <button slot="actions" @click=${closed}>${this.words.cancel}</button>
      <button
        slot="actions"
        class="danger"
        @click=${() =>
          this.each(
            ids,
            (id) => this.home.client.deleteUnknown(id, true),
            this.words.now_forgotten,
            "unknown_forgotten",
          )}
      >
        ${this.words.delete}
      </button>
    </face-dialog>`;
  }
}
