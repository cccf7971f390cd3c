package io.whimbrel.server.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A directory of certificates, each for the DNS names among its Subject Alternative Names: {@code
 * NAME.pem} with {@code NAME.key}, or with the key inside, and {@code NAME.p12}. Files whose names
 * begin with a dot are not looked at; everything else has to be one of these.
 */
final class SniDirectory {
  /** More would be too many to look at twice a second. */
  private static final int FILES_MAX = 2_000;

  private static final int DNS_NAME = 2;

  /** A whole name, or one with a wildcard for its first label (RFC 6125, 6.4.3). */
  private static final Pattern NAME =
      Pattern.compile("(\\*\\.)?[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*");

  private final Map<String, KeyMaterial> byName = new HashMap<>();
  private final Map<String, Path> owners = new HashMap<>();

  private SniDirectory() {}

  /**
   * Reads all of it.
   *
   * @param password of keys that are encrypted, and of PKCS#12 files; may be empty
   * @return what stands for each name, in lower case
   */
  static Map<String, KeyMaterial> read(Path directory, String password) throws TlsFileException {
    SniDirectory read = new SniDirectory();
    for (Path file : files(directory)) {
      String name = file.getFileName().toString();
      if (name.endsWith(".pem")) {
        Path key = beside(file, ".key");
        read.add(file, KeyMaterial.read(file, Files.exists(key) ? key : file, password));
      } else if (name.endsWith(".p12")) {
        read.add(file, KeyMaterial.read(file, file, password));
      } else if (!name.endsWith(".key")) {
        throw new TlsFileException(file + ": allowed are NAME.pem with NAME.key, and NAME.p12");
      } else if (!Files.exists(beside(file, ".pem"))) {
        throw new TlsFileException(file + ": its certificate is not there, as NAME.pem");
      }
    }
    return read.byName;
  }

  private static List<Path> files(Path directory) throws TlsFileException {
    try (Stream<Path> all = Files.list(directory)) {
      List<Path> files =
          all.filter(file -> !file.getFileName().toString().startsWith("."))
              .limit(FILES_MAX + 1)
              .sorted()
              .toList();
      if (files.size() > FILES_MAX) {
        throw new TlsFileException(directory + ": more than " + FILES_MAX + " files");
      }
      return files;
    } catch (IOException refused) {
      throw new TlsFileException(directory + ": it is no directory that can be read", refused);
    }
  }

  private static Path beside(Path file, String suffix) {
    String name = file.getFileName().toString();
    return file.resolveSibling(name.substring(0, name.length() - suffix.length()) + suffix);
  }

  private void add(Path file, KeyMaterial material) throws TlsFileException {
    for (String name : names(file, material.chain().get(0))) {
      Path other = owners.putIfAbsent(name, file);
      if (other != null) {
        throw new TlsFileException(file + ": it is for " + name + ", and so is " + other);
      }
      byName.put(name, material);
    }
  }

  private static Set<String> names(Path file, X509Certificate certificate) throws TlsFileException {
    Set<String> names = new TreeSet<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      for (List<?> each : alternatives == null ? List.<List<?>>of() : alternatives) {
        if (each.get(0).equals(DNS_NAME)) {
          names.add(each.get(1).toString().toLowerCase(Locale.ROOT));
        }
      }
    } catch (CertificateParsingException damaged) {
      throw new TlsFileException(file + ": its Subject Alternative Names are damaged", damaged);
    }
    if (names.isEmpty()) {
      throw new TlsFileException(
          file + ": no DNS name among its Subject Alternative Names, so nobody would be shown it");
    }
    for (String name : names) {
      if (!NAME.matcher(name).matches()) {
        throw new TlsFileException(file + ": nobody can ask for its DNS name '" + name + "'");
      }
    }
    return names;
  }
}
