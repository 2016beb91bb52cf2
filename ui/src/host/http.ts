// The host over local HTTP: the same commands for a browser in tests and development. Never packaged.
import type { Event } from "../bindings/Event";
import type { Host } from "./types";

/** The token stands in the address the host printed (`?token=…`) and is kept for reloads. */
function token(): string {
  const given = new URLSearchParams(location.search).get("token");
  if (given) sessionStorage.setItem("hearthcast.token", given);
  return given ?? sessionStorage.getItem("hearthcast.token") ?? "";
}

export function httpHost(): Host {
  const key = token();
  return {
    async call<T>(name: string, args: Record<string, unknown>): Promise<T> {
      const answer = await fetch(`/command/${name}`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
        body: JSON.stringify(args),
      });
      const body: unknown = await answer.json();
      if (!answer.ok) throw body;
      return body as T;
    },
    events(heard) {
      const source = new EventSource(`/events?token=${encodeURIComponent(key)}`);
      source.onmessage = (message) => heard(JSON.parse(message.data as string) as Event);
      return () => source.close();
    },
    mediaUrl: async (kind, hash) => `/media/${encodeURIComponent(key)}/${kind}/${hash}`,
    drops: () => () => undefined,
  };
}
