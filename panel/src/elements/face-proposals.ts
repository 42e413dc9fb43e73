/**
 * Pictures from daily life that would widen somebody's photos: of one person, or of everybody. Kept or declined by one tap,
 * each or all; shows nothing where nothing waits.
 */
import { mdiCheck, mdiClose } from "@mdi/js";
import { type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { define } from "../define";
import type { Adds, ProposalInfo, View } from "../generated/protocol";
import { Page } from "../page";
import "./face-picture";
import { icon } from "./icon";

type Said = "adds_front" | "adds_left" | "adds_right" | "adds_infrared" | "adds_look";
const SIDES: Readonly<Record<View, Said>> = { front: "adds_front", left: "adds_left", right: "adds_right" };

@define("face-proposals")
export class FaceProposals extends Page {
  /** Whose; everybody's without one. */
  @property() personId = "";
  @state() private proposals: readonly ProposalInfo[] = [];
  @state() private busy = false;

  static override styles = [
    ...Page.styles,
    css`
      section {
        margin-bottom: 24px;
      }
      .grid {
        --column: 170px;
      }
      .card {
        height: 100%;
      }
      .inner {
        display: flex;
        flex-direction: column;
        flex: 1;
      }
      .name {
        font-weight: 500;
      }
      .actions {
        margin-top: auto;
        padding-top: 8px;
      }
    `,
  ];

  protected override async load(): Promise<void> {
    const { people } = this.home.state;
    const whose = this.personId === "" ? people : people.filter((one) => one.id === this.personId);
    const any = this.home.server.teaches && whose.some((one) => one.proposals > 0);
    this.proposals = any ? await this.home.client.proposals(this.personId) : [];
  }

  override render(): TemplateResult | typeof nothing {
    const { proposals, words } = this;
    if (proposals.length === 0) return nothing;
    const { speech } = this.home;
    return html`<section aria-label=${words.proposals}>
      <div class="row spread">
        <h3>${speech.count(words.proposals_help, proposals.length)}</h3>
        ${proposals.length === 1
          ? nothing
          : html`<div class="row">
              <button class="main" ?disabled=${this.busy} @click=${() => this.keep(proposals)}>
                ${icon(mdiCheck)}${words.keep_all}
              </button>
              <button ?disabled=${this.busy} @click=${() => this.decline(proposals)}>${words.keep_none}</button>
            </div>`}
      </div>
      <p class="faint">${words.proposals_intro}</p>
      <ul class="grid">
        ${repeat(
          proposals,
          (one) => one.proposal_id,
          (one) => this.card(one),
        )}
      </ul>
    </section>`;
  }

  private card(proposal: ProposalInfo): TemplateResult {
    const { words } = this;
    const { speech } = this.home;
    const { name } = proposal.person;
    const adds = this.adds(proposal);
    const label = `${name}, ${adds}`;
    const seen = speech.fill(words.at_camera, { camera: this.cameraName(proposal.camera) });
    return html`<li><div class="card">
      <face-picture .src=${proposal.picture} .label=${label}></face-picture>
      <div class="inner">
        ${this.personId === "" ? html`<p class="name">${name}</p>` : nothing}
        <p>${adds}</p>
        <p class="faint">${seen}, ${speech.ago(proposal.at)}</p>
        <div class="row actions">
          <button
            class="main"
            aria-label="${words.keep}: ${label}"
            ?disabled=${this.busy}
            @click=${() => this.keep([proposal])}
          >
            ${icon(mdiCheck)}${words.keep}
          </button>
          <button
            class="icon"
            aria-label="${words.keep_not}: ${label}"
            title=${words.keep_not}
            ?disabled=${this.busy}
            @click=${() => this.decline([proposal])}
          >
            ${icon(mdiClose)}
          </button>
        </div>
      </div>
    </div></li>`;
  }

  /** "from the left, in the dark" */
  private adds(proposal: ProposalInfo): string {
    const said: Readonly<Record<Adds, Said>> = {
      view: SIDES[proposal.view],
      infrared: "adds_infrared",
      look: "adds_look",
    };
    // Newer servers may know more that a picture can add.
    const known = proposal.adds.flatMap((one) => {
      const key = said[one] as Said | undefined;
      return key === undefined ? [] : [this.words[key]];
    });
    return known.length === 0 ? this.words.adds_look : known.join(", ");
  }

  private async keep(proposals: readonly ProposalInfo[]): Promise<void> {
    const { client, server, speech } = this.home;
    await this.answer(proposals, async (ids) => {
      const { photos, refused } = await client.acceptProposals(ids);
      const text =
        refused.length === 0
          ? speech.count(this.words.proposals_kept, photos.length)
          : speech.fill(this.words.failed, { reason: speech.refusal(refused[0]?.error) });
      const undo = (): Promise<unknown> =>
        Promise.all(photos.map((one) => client.deletePhoto(one.person.id, one.photo_id, false)));
      this.tell(server.changes && photos.length > 0 ? { text, undo } : { text });
    });
  }

  private async decline(proposals: readonly ProposalInfo[]): Promise<void> {
    await this.answer(proposals, async (ids) => {
      await this.home.client.declineProposals(ids);
      this.tell({ text: this.words.proposals_declined });
    });
  }

  private async answer(
    proposals: readonly ProposalInfo[],
    how: (ids: readonly string[]) => Promise<void>,
  ): Promise<void> {
    const ids = proposals.map((one) => one.proposal_id);
    this.busy = true;
    if (await this.attempt(() => how(ids))) {
      this.proposals = this.proposals.filter((one) => !ids.includes(one.proposal_id));
    }
    this.busy = false;
    // Also where somebody else has answered already.
    this.changed();
  }
}
