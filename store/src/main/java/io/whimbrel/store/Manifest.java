package io.whimbrel.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file in which RocksDB says what its tables are. RocksDB takes one that ends too early for the
 * trace of a crash, and then forgets tables and deletes them. So the mark says how far it went.
 *
 * @param number the one that CURRENT names
 */
record Manifest(Path file, long number) {
  private static final Pattern NAME = Pattern.compile("MANIFEST-(\\d{1,18})");

  /**
   * The one that is valid.
   *
   * @throws StoreException DAMAGED where none is
   */
  static Manifest of(Path directory) throws StoreException, IOException {
    Path database = Store.databaseIn(directory);
    Path current = database.resolve("CURRENT");
    try {
      String text = Files.readString(current, StandardCharsets.ISO_8859_1).strip();
      Matcher name = NAME.matcher(text);
      if (!name.matches()) {
        throw Trouble.damaged(directory, current + " does not hold the name of a MANIFEST");
      }
      Path file = database.resolve(text);
      if (!Files.exists(file)) {
        throw Trouble.damaged(directory, file + " is gone");
      }
      return new Manifest(file, Long.parseLong(name.group(1)));
    } catch (NoSuchFileException gone) {
      throw Trouble.damaged(directory, current + " is gone", gone);
    }
  }

  /** Refuses one that is older or shorter than the mark says. */
  void check(Path directory, SyncedMark mark) throws StoreException, IOException {
    if (mark.manifest() > number) {
      throw Trouble.damaged(
          directory, "CURRENT names " + file.getFileName() + ", and a newer one was on disk");
    }
    long safe = mark.manifest() == number ? mark.manifestBytes() : 0;
    long[] broken = {Long.MAX_VALUE};
    String[] why = {""};
    LogFile.read(
        file,
        new LogFile.Visitor() {
          @Override
          public void onRecord(long from, long to, byte[] record) {}

          @Override
          public void onBroken(long from, String reason) {
            if (from < broken[0]) {
              broken[0] = from;
              why[0] = reason;
            }
          }
        });
    if (broken[0] < safe) {
      throw Trouble.damaged(directory, file + ", byte " + broken[0] + ": " + why[0]);
    }
    long size = Files.size(file);
    if (size < safe) {
      throw Trouble.damaged(
          directory, file + " ends after " + size + " bytes, and " + safe + " were on disk");
    }
  }

  /** Tells the mark how far it is, when that is on disk. */
  void mark(SyncedMark mark) throws IOException {
    long bytes = Files.size(file);
    if (mark.manifest() == number && mark.manifestBytes() == bytes) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true); // what was written up to here
    }
    mark.setManifest(number, bytes);
  }
}
