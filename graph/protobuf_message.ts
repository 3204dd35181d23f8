import protobuf from "protobufjs";

/** One sort of message of a protocol buffer schema. */
export interface ProtobufMessage {
  /**
   * Writes a message.
   *
   * @param value its fields by name
   * @throws {TypeError} if a field does not fit the schema; the message says which
   */
  encode(value: Readonly<Record<string, unknown>>): Uint8Array<ArrayBuffer>;
}

/**
 * Looks up a sort of message.
 *
 * @param schema messages and enumerations in the JSON notation of protobufjs
 * @param name name of the message
 */
export function protobufMessage(schema: object, name: string): ProtobufMessage {
  const type = protobuf.Root.fromJSON(schema as protobuf.INamespace).lookupType(name);
  return {
    encode(value) {
      const invalid = type.verify(value);
      if (invalid !== null) throw new TypeError(invalid);
      return new Uint8Array(type.encode(type.fromObject(value)).finish());
    },
  };
}
