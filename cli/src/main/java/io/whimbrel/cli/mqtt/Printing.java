package io.whimbrel.cli.mqtt;

import io.whimbrel.client.ReceivedMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Prints messages as the flags say, each of them at once. Owned by one thread at a time. */
final class Printing {
  private final OutputStream out;
  private final @Nullable Format format;
  private final boolean json;
  private final boolean pretty;
  private final boolean verbose;
  private final boolean newline;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream(256);

  /** Reads the flags, and may find a mistake in them. */
  Printing(Flags flags, OutputStream out, Telling telling) {
    this.out = out;
    this.pretty = flags.has(Flag.PRETTY);
    this.json = flags.has(Flag.JSON);
    this.verbose = flags.has(Flag.VERBOSE);
    this.newline = !flags.has(Flag.NO_NEWLINE);
    String said = flags.last(Flag.FORMAT);
    if (json && said != null) {
      throw new MistakeException("--json and -F do not go together");
    }
    this.format = said == null ? null : Format.of(said, pretty, telling::failure);
  }

  /**
   * Prints one.
   *
   * @throws IOException nobody reads any more
   */
  void print(ReceivedMessage message) throws IOException {
    print(new Shown(message));
  }

  /** The same of a message that is about to be shown. */
  void print(Shown message) throws IOException {
    text.reset();
    write(message);
    text.writeTo(out);
    out.flush();
  }

  private void write(Shown message) {
    byte[] payload = message.payload();
    if (format != null) {
      format.write(message, text);
    } else if (json) {
      put(JsonMessage.of(message, JsonMessage.Payload.EXACT, pretty).orElse(""));
    } else if (verbose && payload.length == 0) {
      if (!newline) {
        return;
      }
      put(message.topic() + " (null)");
    } else if (payload.length == 0) {
      return; // not even a line
    } else {
      put(verbose ? message.topic() + " " : "");
      text.writeBytes(payload);
    }
    if (newline) {
      text.write('\n');
    }
  }

  private void put(String words) {
    text.writeBytes(words.getBytes(StandardCharsets.UTF_8));
  }
}
