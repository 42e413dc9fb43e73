/** Everybody who is known, and the way to add somebody. */
import { mdiCctv } from "@mdi/js";
import { type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { define } from "../define";
import "../elements/face-add";
import "../elements/face-changes";
import "../elements/face-learn";
import "../elements/face-picture";
import "../elements/face-proposals";
import "../elements/face-search";
import { icon } from "../elements/icon";
import type { PersonInfo } from "../generated/protocol";
import { navigate } from "../hass";
import { Page } from "../page";
import { whereabouts } from "./now";

/** Fewer than this are seen at a glance. */
const MANY_PEOPLE = 12;

@define("face-people")
export class FacePeople extends Page {
  @property() base = "";
  @state() private wanted = "";
  @state() private learning = false;

  static override styles = [
    ...Page.styles,
    css`
      .grid {
        --column: 140px;
      }
      .spread {
        margin-bottom: 12px;
      }
      .card {
        color: inherit;
        text-decoration: none;
        height: 100%;
      }
      .card:hover {
        background: color-mix(in srgb, var(--primary-text-color) 5%, var(--card-background-color));
      }
      .name {
        font-weight: 500;
      }
      .search {
        max-width: 320px;
        margin-bottom: 16px;
      }
    `,
  ];

  override render(): TemplateResult {
    const { people } = this.home.state;
    const wanted = this.wanted.toLocaleLowerCase();
    const shown = people
      .filter((one) => one.name.toLocaleLowerCase().includes(wanted))
      .sort((a, b) => a.name.localeCompare(b.name, this.home.hass.language));
    return html`
      <div class="row spread">
        <h2>${this.words.people}</h2>
        <div class="row">
          <face-search .home=${this.home}></face-search>
          ${this.home.server.teaches
            ? html`<button @click=${() => (this.learning = true)}>${icon(mdiCctv)}${this.words.learn_at_camera}</button>
                <face-add .home=${this.home}></face-add>`
            : nothing}
        </div>
      </div>
      <face-proposals .home=${this.home}></face-proposals>
      ${people.length > MANY_PEOPLE
        ? html`<label class="search"
            >${this.words.search_people}
            <input type="search" @input=${(event: Event) => (this.wanted = (event.target as HTMLInputElement).value)}
          /></label>`
        : nothing}
      ${people.length === 0 ? html`<p class="empty">${this.words.no_people}</p>` : nothing}
      <ul class="grid">
        ${shown.map((one) => this.person(one))}
      </ul>
      ${this.learning
        ? html`<face-learn .home=${this.home} @closed=${() => (this.learning = false)}></face-learn>`
        : nothing}
      <face-changes .home=${this.home}></face-changes>
    `;
  }

  private person(person: PersonInfo): TemplateResult {
    const path = `${this.base}/${person.id}`;
    const open = (event: MouseEvent): void => {
      event.preventDefault();
      navigate(path);
    };
    return html`<li>
      <a class="card" href=${path} @click=${open}>
        <face-picture .src=${person.picture}></face-picture>
        <div class="inner">
          <p class="name">${person.name}</p>
          <p class="faint">${this.home.speech.count(this.words.photos, person.photos)}</p>
          <p class="faint">${whereabouts(this, person)}</p>
        </div>
      </a>
    </li>`;
  }
}
