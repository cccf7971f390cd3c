package io.whimbrel.cli.mqtt;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.Help.Ansi;

/**
 * What was found on the way to a broker, told at once to people, and at the end to machines. Owned
 * by one thread.
 */
final class Findings {
  /** How it is. */
  enum Level {
    OK("32"),
    NOTE("0"),
    WARNING("33"),
    WRONG("31");

    private final String colour;

    Level(String colour) {
      this.colour = colour;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One of them.
   *
   * @param advice what can be done, or empty
   */
  record Finding(Level level, String step, String said, String advice) {}

  private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}]");

  private final OutputStream out;
  private final boolean json;
  private final boolean pretty;
  private final boolean coloured;
  private final List<Finding> all = new ArrayList<>();
  private boolean closed;

  Findings(Flags flags, OutputStream out) {
    this.out = out;
    json = flags.has(Flag.JSON);
    pretty = flags.has(Flag.PRETTY);
    coloured = !json && Ansi.AUTO.enabled();
  }

  void ok(String step, String said) {
    add(Level.OK, step, said, "");
  }

  void note(String step, String said) {
    add(Level.NOTE, step, said, "");
  }

  void warn(String step, String said, String advice) {
    add(Level.WARNING, step, said, advice);
  }

  void wrong(String step, String said, String advice) {
    add(Level.WRONG, step, said, advice);
  }

  private void add(Level level, String step, String said, String advice) {
    Finding finding = new Finding(level, step, shown(said), shown(advice));
    all.add(finding);
    if (!json) {
      print(line(finding));
    }
  }

  /** A server may say anything, but it does not move the cursor. */
  private static String shown(String words) {
    return UNSEEN.matcher(words).replaceAll("?");
  }

  private String line(Finding finding) {
    String word = String.format(Locale.ROOT, "%-7s", finding.level().word());
    if (coloured) {
      word = "\u001b[" + finding.level().colour + "m" + word + "\u001b[0m";
    }
    String advice = finding.advice().isEmpty() ? "" : "\n" + " ".repeat(21) + finding.advice();
    return word
        + "  "
        + String.format(Locale.ROOT, "%-11s", finding.step())
        + " "
        + finding.said()
        + advice;
  }

  private long count(Level level) {
    return all.stream().filter(each -> each.level() == level).count();
  }

  /** Says how it is on the whole. */
  void close(String address, int code) {
    if (!json) {
      print(
          (count(Level.WRONG) == 0 ? "Nothing is wrong" : count(Level.WRONG) + " wrong")
              + ", "
              + (count(Level.WARNING) == 0
                  ? "no warnings."
                  : count(Level.WARNING) + " warned of."));
      return;
    }
    JsonText text = new JsonText(pretty);
    text.beginObject().name("address").string(address);
    text.name("exit-code").number(code);
    text.name("findings").beginArray();
    for (Finding each : all) {
      text.beginObject().name("level").string(each.level().word());
      text.name("step").string(each.step()).name("said").string(each.said());
      if (!each.advice().isEmpty()) {
        text.name("advice").string(each.advice());
      }
      text.endObject();
    }
    print(text.endArray().endObject().toString());
  }

  /** Whoever stops reading has heard enough. */
  private void print(String line) {
    if (closed) {
      return;
    }
    try {
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException unread) {
      closed = true;
    }
  }

  /** Whether nobody reads any more. */
  boolean isClosed() {
    return closed;
  }
}
