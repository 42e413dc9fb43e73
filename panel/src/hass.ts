/** What the panel and the card use of Home Assistant's front end, which gives it to every custom panel and card. */
export interface Hass {
  readonly language: string;
  readonly locale: { readonly language: string; readonly time_format: string };
  readonly config: { readonly time_zone: string };
  readonly states: Readonly<Record<string, HassState | undefined>>;
  readonly connection: {
    subscribeMessage(callback: (message: unknown) => void, message: object): Promise<() => Promise<void>>;
  };
  callWS<T>(message: object): Promise<T>;
  fetchWithAuth(path: string, init?: RequestInit): Promise<Response>;
}

export interface HassState {
  readonly state: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Where in the panel somebody is; Home Assistant strips its own part of the path. */
export interface Route {
  readonly prefix: string;
  readonly path: string;
}

/** Show another page of the front end, as its own links do. */
export function navigate(path: string): void {
  history.pushState(null, "", path);
  window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace: false } }));
}
