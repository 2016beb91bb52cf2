export interface Made { name: string; version: string; licence: string }
export interface Metadata {
  packages: { id: string; name: string; version: string; source: string | null; license: string | null; license_file?: string | null }[];
  resolve: { nodes: { id: string; deps: { pkg: string; dep_kinds: { kind: string | null }[] }[] }[] };
}
export function licences(): Made[];
export function crates(): Made[];
export function reached(all: Metadata, program: string): Made[];
