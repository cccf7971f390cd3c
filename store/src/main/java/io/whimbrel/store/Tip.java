package io.whimbrel.store;

/**
 * What every batch carries, in its first row, in the same place.
 *
 * @param batch its own number
 * @param synced the number of the last batch that was known to be on disk when it was written
 * @param markMillis broker time
 * @param lastIncarnation the greatest ever used
 * @param lastVersion the greatest of a retained message ever used
 */
record Tip(long batch, long synced, long markMillis, long lastIncarnation, long lastVersion) {
  static final Tip NONE = new Tip(0, 0, 0, 0, 0);
  static final int BYTES = 40;

  void writeTo(RowBatch rows) {
    rows.key().raw(Layout.TIP);
    WriteBytes value = rows.value();
    value.eightBytes(batch);
    value.eightBytes(synced);
    value.eightBytes(markMillis);
    value.eightBytes(lastIncarnation);
    value.eightBytes(lastVersion);
    rows.put(Layout.DEFAULT);
  }

  /** Puts its numbers where those of another tip were written as the first row. */
  void writeOver(RowBatch rows) {
    RowBatch first = new RowBatch(64);
    writeTo(first);
    rows.overwrite(first);
  }

  static Tip read(ReadBytes value) {
    return new Tip(
        value.eightBytes(),
        value.eightBytes(),
        value.eightBytes(),
        value.eightBytes(),
        value.eightBytes());
  }
}
