package io.whimbrel.cli.mqtt;

import java.time.DayOfWeek;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** What strftime(3) of the GNU C library makes of a letter, in the C locale. */
final class Strftime {
  private Strftime() {}

  /** The text of {@code %letter}; of a letter that is unknown, these two. */
  static String of(char letter, ZonedDateTime t) {
    return switch (letter) {
      case 'Y' -> String.valueOf(t.getYear());
      case 'C' -> two(t.getYear() / 100);
      case 'y' -> two(t.getYear() % 100);
      case 'G' -> String.valueOf(t.get(IsoFields.WEEK_BASED_YEAR));
      case 'g' -> two(t.get(IsoFields.WEEK_BASED_YEAR) % 100);
      case 'm' -> two(t.getMonthValue());
      case 'B' -> t.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'b', 'h' -> t.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH).substring(0, 3);
      case 'd' -> two(t.getDayOfMonth());
      case 'e' -> spaced(t.getDayOfMonth());
      case 'j' -> padded(t.getDayOfYear(), 3);
      case 'A' -> t.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'a' -> t.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH).substring(0, 3);
      case 'u' -> String.valueOf(t.getDayOfWeek().getValue());
      case 'w' -> String.valueOf(t.getDayOfWeek().getValue() % 7);
      case 'U' -> two(week(t, DayOfWeek.SUNDAY));
      case 'W' -> two(week(t, DayOfWeek.MONDAY));
      case 'V' -> two(t.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      case 'H' -> two(t.getHour());
      case 'k' -> spaced(t.getHour());
      case 'I' -> two(ofTwelve(t));
      case 'l' -> spaced(ofTwelve(t));
      case 'M' -> two(t.getMinute());
      case 'S' -> two(t.getSecond());
      case 'p' -> t.getHour() < 12 ? "AM" : "PM";
      case 'P' -> t.getHour() < 12 ? "am" : "pm";
      case 's' -> String.valueOf(t.toEpochSecond());
      case 'z' -> offset(t);
      case 'Z' -> t.getZone().getRules().isFixedOffset() ? zone(t) : shortZone(t);
      case 'n' -> "\n";
      case 't' -> "\t";
      case '%' -> "%";
      default -> together(letter, t);
    };
  }

  /** What stands for several of them. */
  private static String together(char letter, ZonedDateTime t) {
    return switch (letter) {
      case 'c' -> all("a b e T Y", " ", t);
      case 'x', 'D' -> all("m d y", "/", t);
      case 'F' -> all("Y m d", "-", t);
      case 'X', 'T' -> all("H M S", ":", t);
      case 'R' -> all("H M", ":", t);
      case 'r' -> all("I M S", ":", t) + " " + of('p', t);
      default -> "%" + letter;
    };
  }

  private static String all(String letters, String between, ZonedDateTime t) {
    StringBuilder text = new StringBuilder();
    for (String letter : letters.split(" ", -1)) {
      text.append(text.isEmpty() ? "" : between).append(of(letter.charAt(0), t));
    }
    return text.toString();
  }

  /** Weeks begin on this day; the days before the first one are in week 0. */
  private static int week(ZonedDateTime t, DayOfWeek first) {
    int sinceFirst = Math.floorMod(t.getDayOfWeek().getValue() - first.getValue(), 7);
    return (t.getDayOfYear() + 6 - sinceFirst) / 7;
  }

  private static int ofTwelve(ZonedDateTime t) {
    return (t.getHour() + 11) % 12 + 1;
  }

  private static String offset(ZonedDateTime t) {
    int minutes = t.getOffset().getTotalSeconds() / 60;
    return (minutes < 0 ? "-" : "+")
        + padded(Math.abs(minutes) / 60 * 100 + Math.abs(minutes) % 60, 4);
  }

  private static String zone(ZonedDateTime t) {
    return t.getOffset().getTotalSeconds() == 0 ? "UTC" : offset(t).substring(0, 3);
  }

  private static String shortZone(ZonedDateTime t) {
    return java.time.format.DateTimeFormatter.ofPattern("zzz", Locale.ENGLISH).format(t);
  }

  private static String two(int number) {
    return padded(number, 2);
  }

  private static String spaced(int number) {
    return number < 10 ? " " + number : String.valueOf(number);
  }

  /** A number with zeros before it. */
  static String padded(long number, int width) {
    String digits = String.valueOf(number);
    return "0".repeat(Math.max(0, width - digits.length())) + digits;
  }

  /** The time with microseconds that JSON has. */
  static String stamp(ZonedDateTime t) {
    long micros = ChronoUnit.MICROS.between(t.truncatedTo(ChronoUnit.SECONDS), t);
    return of('F', t) + "T" + of('T', t) + "." + padded(micros, 6) + offset(t);
  }
}
