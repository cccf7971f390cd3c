package io.whimbrel.cli.mqtt;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The flags that were given, with their values in the order they came. Owned by one thread. */
final class Flags {
  private static final int FILES_MAX = 8;

  private final Tool tool;
  private final Map<String, Flag> known = new HashMap<>();
  private final Map<Flag, List<String>> given = new EnumMap<>(Flag.class);
  private int files;

  private Flags(Tool tool) {
    this.tool = tool;
    for (Flag flag : Flag.values()) {
      if (flag.isFor(tool)) {
        flag.names().forEach(name -> known.put(name, flag));
      } else if (flag.isRefused()) {
        flag.names()
            .forEach(name -> known.putIfAbsent(name, flag)); // what a tool knows comes first
      }
    }
  }

  /**
   * Reads words of a command line; of a flag that stands once, the last one counts.
   *
   * @throws MistakeException one of them is unknown, is refused, or lacks its value
   */
  static Flags read(Tool tool, List<String> words) {
    Flags flags = new Flags(tool);
    flags.take(words);
    return flags;
  }

  private void take(List<String> words) {
    Deque<String> left = new ArrayDeque<>(words);
    while (!left.isEmpty()) {
      String word = left.remove();
      int equals = word.startsWith("--") ? word.indexOf('=') : -1;
      String name = equals < 0 ? word : word.substring(0, equals);
      Flag flag = known.get(name);
      if (flag == null) {
        throw new MistakeException(unknown(word));
      }
      if (flag.isRefused()) {
        throw new MistakeException(name + " cannot be had: " + flag.description());
      }
      if (equals >= 0) {
        if (flag.isSwitch() || flag == Flag.PROPERTY) {
          throw new MistakeException(name + " takes nothing behind '='");
        }
        left.addFirst(word.substring(equals + 1));
      }
      takeValues(flag, name, left);
    }
  }

  private void takeValues(Flag flag, String name, Deque<String> left) {
    List<String> values = given.computeIfAbsent(flag, f -> new ArrayList<>());
    if (flag.isSwitch()) {
      values.add("");
      return;
    }
    String value = next(flag, name, left);
    values.add(value);
    if (flag == Flag.OPTIONS) {
      take(ofFile(Path.of(value)));
    } else if (flag == Flag.PROPERTY) {
      String property = next(flag, name, left);
      values.add(property);
      values.add(next(flag, name, left));
      if (property.equals(PropertyWords.USER_PROPERTY)) {
        values.add(next(flag, name, left));
      }
    }
  }

  private static String next(Flag flag, String name, Deque<String> left) {
    String value = left.poll();
    if (value == null) {
      throw new MistakeException(name + " lacks its value: " + name + " " + flag.label());
    }
    return value;
  }

  private String unknown(String word) {
    if (!word.startsWith("-")) {
      return "unexpected argument: '" + word + "'";
    }
    for (Flag flag : Flag.values()) {
      if (flag.names().contains(word)) {
        return "no such option: '" + word + "' is not for " + tool.word();
      }
    }
    return "no such option: '" + word + "'";
  }

  /** Flags of a file, a flag and its value on a line. */
  private List<String> ofFile(Path file) {
    if (++files > FILES_MAX) {
      throw new MistakeException("more than " + FILES_MAX + " files of flags");
    }
    try {
      List<String> words = new ArrayList<>();
      for (String line : Files.readAllLines(file)) {
        String said = line.strip();
        if (!said.isEmpty() && !said.startsWith("#")) {
          words.addAll(ofLine(said));
        }
      }
      return words;
    } catch (NoSuchFileException missing) {
      throw new MistakeException("no such file: " + file);
    } catch (MalformedInputException binary) {
      throw new MistakeException(file + " is not text in UTF-8");
    } catch (IOException unreadable) {
      throw new MistakeException(file + " cannot be read: " + unreadable.getMessage());
    }
  }

  /** The value is the rest of the line, with its spaces; -D alone has several. */
  private List<String> ofLine(String line) {
    String[] two = line.split("\\s+", 2);
    if (two.length == 1) {
      return List.of(two[0]);
    }
    if (known.get(two[0]) != Flag.PROPERTY) {
      return List.of(two[0], two[1]);
    }
    String[] three = two[1].split("\\s+", 3);
    boolean pair = three.length == 3 && three[1].equals(PropertyWords.USER_PROPERTY);
    List<String> words = new ArrayList<>(List.of(two[0]));
    words.addAll(List.of(pair ? two[1].split("\\s+", 4) : three));
    return words;
  }

  // ---------------------------------------------------------------- what was given

  Tool tool() {
    return tool;
  }

  boolean has(Flag flag) {
    return given.containsKey(flag);
  }

  List<String> all(Flag flag) {
    return given.getOrDefault(flag, List.of());
  }

  /** The last value, or null. */
  @Nullable String last(Flag flag) {
    List<String> values = all(flag);
    return values.isEmpty() ? null : values.get(values.size() - 1);
  }

  Optional<String> text(Flag flag) {
    return Optional.ofNullable(last(flag));
  }

  /**
   * A whole number.
   *
   * @throws MistakeException it is none, or out of its range
   */
  int number(Flag flag, int otherwise, int least, int most) {
    String value = last(flag);
    return value == null ? otherwise : number(flag, value, least, most);
  }

  /** The same of one value of several. */
  static int number(Flag flag, String value, int least, int most) {
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException none) {
      // told below
    }
    String range = most == Integer.MAX_VALUE ? least + " or more" : "from " + least + " to " + most;
    throw new MistakeException(name(flag) + " '" + value + "' is no number " + range);
  }

  /** The same with a fraction. */
  double fraction(Flag flag, double otherwise, double least, double most) {
    String value = last(flag);
    if (value == null) {
      return otherwise;
    }
    try {
      double number = Double.parseDouble(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException none) {
      // told below
    }
    throw new MistakeException(
        name(flag) + " '" + value + "' is no number from " + least + " to " + most);
  }

  static String name(Flag flag) {
    return flag.names().get(0);
  }
}
