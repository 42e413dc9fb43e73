/** What was done in the last hour and can be undone: put back, taken back, or erased now. */
import { mdiDeleteForever, mdiRestore } from "@mdi/js";
import { type TemplateResult, css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { define } from "../define";
import type { ChangeInfo, PersonRef } from "../generated/protocol";
import { Page } from "../page";
import "./face-dialog";
import { icon } from "./icon";

@define("face-changes")
export class FaceChanges extends Page {
  @state() private changes: readonly ChangeInfo[] = [];
  /** What is to be erased, if that is right. */
  @state() private erasing: ChangeInfo | undefined;

  static override styles = [
    ...Page.styles,
    css`
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        padding: 8px 0;
        border-top: 1px solid var(--divider-color);
      }
      .what {
        flex: 1;
        min-width: 160px;
        overflow-wrap: anywhere;
      }
    `,
  ];

  protected override async load(): Promise<void> {
    if (!this.home.server.changes) return;
    this.changes = await this.home.client.changes();
  }

  override render(): TemplateResult | typeof nothing {
    const { words } = this;
    if (this.changes.length === 0) return nothing;
    return html`
      <h3>${words.done_lately}</h3>
      <p class="faint">${words.done_lately_text}</p>
      <ul>
        ${this.changes.map((one) => this.change(one))}
      </ul>
      ${this.erasing === undefined ? nothing : this.question(this.erasing)}
    `;
  }

  private what(one: ChangeInfo): string {
    const { speech } = this.home;
    const { words } = this;
    const [name, other] = [one.person?.name ?? "", one.into?.name ?? ""];
    switch (one.kind) {
      case "person_deleted":
        return name;
      case "photo_deleted":
        return speech.fill(words.photo_of, { name });
      case "people_merged":
        return speech.fill(words.was_merged, { name, other });
      case "unknown_named":
        return speech.fill(words.unknown_named, { name });
      case "unknown_ignored":
        return words.unknown_ignored;
      case "unknown_forgotten":
        return words.unknown_forgotten;
    }
  }

  /** Who has to be there for it, since they have the photos. */
  private holder(one: ChangeInfo): PersonRef | null | undefined {
    if (one.kind === "people_merged") return one.into;
    return one.kind === "person_deleted" ? null : one.person;
  }

  private details(one: ChangeInfo): string {
    const { speech } = this.home;
    const { words } = this;
    const time = speech.time(one.until);
    const erased = speech.fill(this.isErased(one) ? words.deleted_until : words.undone_until, { time });
    if (one.kind === "person_deleted") return `${speech.count(words.photos, one.photos)}, ${erased}`;
    return one.times_seen == null ? erased : `${speech.count(words.seen_times, one.times_seen)}, ${erased}`;
  }

  /** Whether it is shown nowhere else, and erased when its hour is over. */
  private isErased(one: ChangeInfo): boolean {
    return one.kind === "person_deleted" || one.kind === "photo_deleted" || one.kind === "unknown_forgotten";
  }

  private change(one: ChangeInfo): TemplateResult {
    const { words } = this;
    const what = this.what(one);
    const label = this.isErased(one) ? words.put_back : words.undo;
    const holder = this.holder(one);
    const alone = holder != null && this.home.state.people.every((person) => person.id !== holder.id);
    return html`<li class="row">
      <div class="what">
        <strong>${what}</strong>
        <p class="faint">${alone ? this.home.speech.fill(words.put_back_first, { name: holder.name }) : this.details(one)}</p>
      </div>
      <button aria-label="${label}: ${what}" ?disabled=${alone} @click=${() => this.putBack(one)}>
        ${icon(mdiRestore)}${label}
      </button>
      ${this.isErased(one)
        ? html`<button aria-label="${words.erase_now}: ${what}" @click=${() => (this.erasing = one)}>
            ${icon(mdiDeleteForever)}${words.erase_now}
          </button>`
        : nothing}
    </li>`;
  }

  private async putBack(one: ChangeInfo): Promise<void> {
    if (await this.attempt(() => this.home.client.undo(one.change_id))) {
      const text = this.isErased(one) ? this.words.was_put_back : this.words.is_undone;
      this.tell({ text: this.home.speech.fill(text, { what: this.what(one) }) });
    }
    // Also where its hour is over.
    this.changed();
  }

  private question(one: ChangeInfo): TemplateResult {
    const { words } = this;
    const closed = (): void => {
      this.erasing = undefined;
    };
    const confirmed = async (): Promise<void> => {
      await this.attempt(() => this.home.client.eraseChange(one.change_id));
      closed();
      this.changed();
    };
    return html`<face-dialog .heading=${words.erase_now} @closed=${closed}>
      <p>${this.home.speech.fill(words.erase_text, { what: this.what(one) })}</p>
      <button slot="actions" @click=${closed}>${words.cancel}</button>
      <button slot="actions" class="danger" @click=${confirmed}>${words.erase}</button>
    </face-dialog>`;
  }
}
