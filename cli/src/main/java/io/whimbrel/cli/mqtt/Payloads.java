package io.whimbrel.cli.mqtt;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the payload comes from. */
final class Payloads {
  /** The largest packet of MQTT (2.1.4), which has to hold more than the payload. */
  static final int BYTES_MAX = 268_435_455;

  private Payloads() {}

  /** Which of the flags says what is sent; there is one. */
  static Flag source(Flags flags) {
    List<Flag> said =
        List.of(Flag.MESSAGE, Flag.FILE, Flag.INPUT, Flag.LINES, Flag.NOTHING).stream()
            .filter(flags::has)
            .toList();
    if (said.isEmpty() && flags.tool() == Tool.REQUEST) {
      throw new MistakeException("there is no message: -m TEXT, -f FILE, -s or -n");
    }
    if (said.isEmpty()) {
      throw new MistakeException("there is no message: -m TEXT, -f FILE, -l, -s or -n");
    }
    if (said.size() > 1 || flags.all(said.get(0)).size() > 1) {
      throw new MistakeException("only one of -m, -f, -l, -s and -n, and only once");
    }
    return said.get(0);
  }

  /** The payload of a single message. */
  static byte[] one(Flags flags, Flag source, InputStream in) {
    return switch (source) {
      case MESSAGE -> flags.text(Flag.MESSAGE).orElse("").getBytes(StandardCharsets.UTF_8);
      case FILE -> file(Path.of(flags.text(Flag.FILE).orElse("")));
      case INPUT -> input(in);
      default -> new byte[0];
    };
  }

  private static byte[] file(Path file) {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new MistakeException("-f: " + file + " is larger than a message can be");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException missing) {
      throw new MistakeException("-f: no such file: " + file);
    } catch (IOException unreadable) {
      throw new MistakeException("-f: " + file + " cannot be read: " + unreadable.getMessage());
    }
  }

  private static byte[] input(InputStream in) {
    try {
      byte[] all = in.readNBytes(BYTES_MAX + 1);
      if (all.length == 0) {
        throw new MistakeException("-s: the standard input is empty; -n sends an empty payload");
      }
      if (all.length > BYTES_MAX) {
        throw new MistakeException("-s: the standard input is larger than a message can be");
      }
      return all;
    } catch (IOException unreadable) {
      throw new MistakeException("-s: the standard input cannot be read");
    }
  }

  /** Lines of bytes, as they come. Owned by one thread. */
  static final class Lines {
    private final InputStream in;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);

    Lines(InputStream in) {
      this.in = new BufferedInputStream(in, 65_536);
    }

    /** The next one without its end; null at the end of all. */
    byte @Nullable [] next() throws IOException {
      line.reset();
      int next = in.read();
      if (next < 0) {
        return null;
      }
      while (next >= 0 && next != '\n') {
        if (line.size() == BYTES_MAX) {
          throw new IOException("a line is larger than a message can be");
        }
        line.write(next);
        next = in.read();
      }
      return line.toByteArray();
    }
  }
}
