package io.whimbrel.codec;

/** The data types a property's value can have (5.0, table 2-4). */
enum PropertyType {
  BYTE,
  TWO_BYTES,
  FOUR_BYTES,
  VARIABLE,
  TEXT,
  BINARY,
  TEXT_PAIR;

  /** Whether the value is an unsigned integer of some width. */
  boolean isNumber() {
    return ordinal() <= VARIABLE.ordinal();
  }
}
