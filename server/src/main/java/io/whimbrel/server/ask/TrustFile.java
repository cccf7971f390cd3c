package io.whimbrel.server.ask;

import io.whimbrel.server.files.AuthFileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Authorities whose certificates other servers have to show, in a file of PEM. */
final class TrustFile {
  private TrustFile() {}

  /** What trusts those of the file alone. */
  static SSLContext context(Path file) throws AuthFileException {
    try {
      byte[] text = Files.readAllBytes(file);
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(text));
      if (all.isEmpty()) {
        throw new AuthFileException(file + ": there is no certificate in it");
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (Certificate one : all) {
        store.setCertificateEntry(Integer.toString(count++), one);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException refused) {
      String why = Files.exists(file) ? "it cannot be read" : "there is no such file";
      throw new AuthFileException(file + ": " + why, refused);
    } catch (GeneralSecurityException damaged) {
      throw new AuthFileException(file + ": it has no certificates in PEM", damaged);
    }
  }
}
