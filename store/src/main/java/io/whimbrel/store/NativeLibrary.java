package io.whimbrel.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * RocksDB's code for this machine, which lies in its jar and has to be a file to be loaded. RocksDB
 * deletes that file when the JVM ends in good order: each process that is killed would leave 17 MB
 * behind. What is loaded needs no name any more, so it is deleted at once. A launcher may have it
 * unpacked once and for all.
 */
public final class NativeLibrary {
  private NativeLibrary() {}

  /**
   * Unpacks it. A JVM that has the directory in {@code java.library.path} loads it from there.
   *
   * @param directory made where it is not there
   */
  public static void unpack(Path directory) throws IOException {
    String file = Environment.getJniLibraryFileName("rocksdb");
    try (InputStream in = RocksDB.class.getClassLoader().getResourceAsStream(file)) {
      if (in == null) {
        throw new IOException("RocksDB has no " + file);
      }
      Files.createDirectories(directory);
      Files.copy(in, directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  static void load() {
    try {
      Path directory = Files.createTempDirectory("whimbrel-rocksdb");
      try {
        NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
      } finally {
        delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    RocksDB.loadLibrary(); // finds it loaded
  }

  private static void delete(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.toList();
    }
    try {
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException inUse) { // as it is on Windows until the JVM ends
      directory.toFile().deleteOnExit();
      files.forEach(file -> file.toFile().deleteOnExit());
    }
  }
}
