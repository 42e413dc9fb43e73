/** Who is where now: each camera's last picture with a face, and everybody with the place where they are or were. */
import { type TemplateResult, css, html, nothing } from "lit";
import type { Camera } from "../client";
import { define } from "../define";
import "../elements/face-add";
import "../elements/face-picture";
import type { PersonInfo } from "../generated/protocol";
import { Page } from "../page";

/** Where a person is, or was last. */
export function whereabouts(page: Pick<Page, "home">, person: PersonInfo): string {
  const { speech, state } = page.home;
  const { words } = speech;
  const here = state.cameras.find((one) => one.present.some((who) => who.id === person.id));
  const { camera, last_seen: last, since } = person.presence;
  if (here !== undefined) return speech.fill(words.is_at, { camera: here.name, when: speech.time(since ?? last ?? "") });
  if (camera == null || last == null) return words.never_seen;
  const name = state.cameras.find((one) => one.camera === camera)?.name ?? camera;
  return speech.fill(words.was_at, { camera: name, when: speech.ago(last) });
}

@define("face-now")
export class FaceNow extends Page {
  static override styles = [
    ...Page.styles,
    css`
      .cameras {
        --column: 320px;
      }
      .cameras face-picture {
        aspect-ratio: 16 / 9;
      }
      .people {
        --column: 240px;
        gap: 8px;
      }
      .person {
        display: flex;
        align-items: center;
        gap: 12px;
        padding: 8px;
      }
      .person face-picture {
        width: 56px;
        border-radius: 50%;
        flex: none;
      }
      .person p {
        margin: 2px 0;
      }
      .name {
        font-weight: 500;
        overflow-wrap: anywhere;
      }
    `,
  ];

  override render(): TemplateResult {
    const { cameras, people } = this.home.state;
    const lastSeen = (one: PersonInfo): number => (one.presence.last_seen == null ? 0 : Date.parse(one.presence.last_seen));
    const sorted = [...people].sort(
      (a, b) => Number(b.presence.present) - Number(a.presence.present) || lastSeen(b) - lastSeen(a),
    );
    return html`
      <h2>${this.words.cameras}</h2>
      ${cameras.length === 0 ? html`<p class="empty">${this.words.no_cameras}</p>` : nothing}
      <ul class="grid cameras">
        ${cameras.map((one) => this.camera(one))}
      </ul>
      <div class="row spread">
        <h3>${this.words.people}</h3>
        ${this.home.server.teaches ? html`<face-add .home=${this.home}></face-add>` : nothing}
      </div>
      ${people.length === 0 ? html`<p class="empty">${this.words.no_people}</p>` : nothing}
      <ul class="grid people">
        ${sorted.map((one) => this.person(one))}
      </ul>
    `;
  }

  private camera(camera: Camera): TemplateResult {
    const { speech } = this.home;
    const who = camera.present.map((one) => one.name);
    if (camera.unknown_present) who.push(this.words.somebody_unknown);
    return html`<li class="card">
      <face-picture
        .src=${camera.annotated}
        .label=${speech.fill(this.words.picture_of_camera, { camera: camera.name })}
      ></face-picture>
      <div class="inner">
        <div class="row spread">
          <span class="name">${camera.name}</span>
          ${camera.area == null ? nothing : html`<span class="faint">${camera.area}</span>`}
        </div>
        <p>
          ${who.length === 0
            ? this.words.nobody_in_view
            : speech.fill(this.words.in_view, { who: speech.list(who) })}
        </p>
        <p class="faint">
          ${camera.last_picture_at == null
            ? this.words.no_picture_yet
            : speech.fill(this.words.last_picture, { when: speech.ago(camera.last_picture_at) })}
        </p>
      </div>
    </li>`;
  }

  private person(person: PersonInfo): TemplateResult {
    return html`<li class="card">
      <div class="person">
        <face-picture .src=${person.picture}></face-picture>
        <div>
          <p class="name">${person.name}</p>
          <p class="faint">${whereabouts(this, person)}</p>
          ${person.presence.home ? html`<span class="pill good">${this.words.at_home}</span>` : nothing}
        </div>
      </div>
    </li>`;
  }
}
