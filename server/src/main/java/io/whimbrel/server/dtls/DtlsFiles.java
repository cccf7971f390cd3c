package io.whimbrel.server.dtls;

import io.whimbrel.server.config.SnLinkConfig;
import io.whimbrel.server.config.SnLinkKind;
import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.files.Readied;
import io.whimbrel.server.tls.TlsFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The secrets of all links of DTLS. Files are read again without anybody noticing but those who
 * come then, and those whose key is gone.
 */
public final class DtlsFiles {
  private final Map<String, DtlsKeys> byLink = new HashMap<>();

  private DtlsFiles() {}

  /** Reads the files of these links. */
  public static DtlsFiles of(List<SnLinkConfig> links) throws AuthFileException, TlsFileException {
    DtlsFiles files = new DtlsFiles();
    for (SnLinkConfig link : links) {
      if (link.kind() == SnLinkKind.DTLS) {
        files.byLink.put(link.name(), new DtlsKeys(DtlsSecrets.read(link.dtls())));
      }
    }
    return files;
  }

  /** The files themselves. */
  public static List<Path> paths(List<SnLinkConfig> links) {
    List<Path> paths = new ArrayList<>();
    for (SnLinkConfig link : links) {
      if (link.kind() == SnLinkKind.DTLS) {
        paths.addAll(DtlsSecrets.files(link.dtls()));
      }
    }
    return paths;
  }

  /** Reads files again; once applied, handshakes begin with them. */
  public Readied ready(List<SnLinkConfig> links) throws AuthFileException, TlsFileException {
    Map<DtlsKeys, DtlsSecrets> next = new HashMap<>();
    for (SnLinkConfig link : links) {
      DtlsKeys keys = byLink.get(link.name());
      if (keys != null) {
        next.put(keys, DtlsSecrets.read(link.dtls()));
      }
    }
    return () -> next.forEach(DtlsKeys::become);
  }

  /** Those of a link of these. */
  public DtlsKeys of(SnLinkConfig link) {
    DtlsKeys keys = byLink.get(link.name());
    if (keys == null) {
      throw new IllegalStateException(link.name() + " is no link of DTLS");
    }
    return keys;
  }
}
