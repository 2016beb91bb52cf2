// From the fields of the form to the address of a target, as DESIGN §4 writes it. Pure.

export type Kind = "server" | "bucket" | "folder";

export interface Written {
  address: string;
  folder: string;
  endpoint: string;
  region: string;
  bucket: string;
  prefix: string;
  pathStyle: boolean;
}

/** `server+https://host`, `s3://bucket/prefix?endpoint=…`, `file:///path`. */
export function targetUrl(kind: Kind, written: Written): string {
  if (kind === "folder") {
    const folder = written.folder.trim();
    return folder.startsWith("file:") ? folder : `file://${folder.split("/").map(encodeURIComponent).join("/")}`;
  }
  if (kind === "server") {
    const given = written.address.trim().replace(/\/+$/, "");
    return given.startsWith("server+") ? given : `server+${/^https?:\/\//.test(given) ? given : `https://${given}`}`;
  }
  const prefix = written.prefix.trim().replace(/^\/+|\/+$/g, "");
  const endpoint = written.endpoint.trim().replace(/\/+$/, "");
  const query = new URLSearchParams();
  if (endpoint) query.set("endpoint", /^https?:\/\//.test(endpoint) ? endpoint : `https://${endpoint}`);
  if (written.region.trim()) query.set("region", written.region.trim());
  if (written.pathStyle) query.set("path_style", "true");
  return `s3://${written.bucket.trim()}${prefix ? `/${prefix}` : ""}${query.size > 0 ? `?${query}` : ""}`;
}

/** Whether it speaks plain http to another machine. */
export const plainHttp = (text: string): boolean => {
  const found = /^(?:server\+)?http:\/\/(\[[^\]]*\]|[^/:]+)/i.exec(text.trim());
  return found !== null && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i.test(found[1] ?? "");
};
