package io.whimbrel.line;

import com.fazecast.jSerialComm.SerialPort;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The native part of the library for serial ports. Unasked, the library unpacks it into a directory
 * where everybody may write, and loads what it finds there. So it is unpacked here, into one that
 * is the user's alone, and the library is told of it before it is loaded. Whoever runs the broker
 * may name another with the library's own property.
 */
final class SerialLibrary {
  private static final String PATH = "jSerialComm.library.path";

  /** All that there are for some system; the library finds out which of them fits. */
  private static final List<String> MACHINES =
      List.of(
          "x86_64",
          "amd64",
          "x86",
          "aarch64",
          "arm64",
          "armv8_64",
          "armv8_32",
          "armv7hf",
          "armv7",
          "armv6hf",
          "armv5",
          "ppc64le");

  private SerialLibrary() {}

  /**
   * Unpacks it, the first time; from any thread.
   *
   * @throws IOException it cannot be written
   */
  static synchronized void prepare() throws IOException {
    if (!System.getProperty(PATH, "").isEmpty()) {
      return;
    }
    String system = system(System.getProperty("os.name", "").toLowerCase(Locale.ROOT));
    Path directory = Files.createTempDirectory("whimbrel-serial");
    directory.toFile().deleteOnExit(); // behind what is in it
    directory.resolve(system).toFile().deleteOnExit();
    for (String machine : MACHINES) {
      unpack(system + "/" + machine, file(system), directory);
    }
    System.setProperty(PATH, directory.toString());
  }

  private static String system(String name) {
    return name.contains("win")
        ? "Windows"
        : name.contains("mac") ? "OSX" : name.contains("bsd") ? bsd(name) : "Linux";
  }

  private static String bsd(String name) {
    return name.contains("open") ? "OpenBSD" : "FreeBSD";
  }

  private static String file(String system) {
    return switch (system) {
      case "Windows" -> "jSerialComm.dll";
      case "OSX" -> "libjSerialComm.jnilib";
      default -> "libjSerialComm.so";
    };
  }

  private static void unpack(String path, String file, Path directory) throws IOException {
    try (InputStream packed = SerialPort.class.getResourceAsStream("/" + path + "/" + file)) {
      if (packed == null) {
        return; // there is none for that machine
      }
      Path unpacked = Files.createDirectories(directory.resolve(path));
      unpacked.toFile().deleteOnExit();
      Path library = unpacked.resolve(file);
      library.toFile().deleteOnExit();
      Files.copy(packed, library);
    }
  }
}
