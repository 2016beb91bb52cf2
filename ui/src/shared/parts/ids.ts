// What a field's label, hint and problem need to be tied to it; `Field` hands it to what stands in it.

export interface FieldIds {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}
