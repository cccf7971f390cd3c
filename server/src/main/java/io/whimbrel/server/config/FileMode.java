package io.whimbrel.server.config;

import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Who may do what with a file, in three octal digits. */
final class FileMode {
  private static final Pattern DIGITS = Pattern.compile("[0-7]{3}");

  /** From the highest bit to the lowest. */
  private static final PosixFilePermission[] BITS = PosixFilePermission.values();

  private FileMode() {}

  static Optional<Set<PosixFilePermission>> read(String digits) {
    if (!DIGITS.matcher(digits).matches()) {
      return Optional.empty();
    }
    int mode = Integer.parseInt(digits, 8);
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < BITS.length; i++) {
      if ((mode >> (BITS.length - 1 - i) & 1) != 0) {
        permissions.add(BITS[i]);
      }
    }
    return Optional.of(permissions);
  }

  static String write(Set<PosixFilePermission> permissions) {
    int mode = 0;
    for (PosixFilePermission bit : BITS) {
      mode = mode << 1 | (permissions.contains(bit) ? 1 : 0);
    }
    return String.format(Locale.ROOT, "%03o", mode);
  }
}
