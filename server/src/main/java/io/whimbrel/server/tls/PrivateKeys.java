package io.whimbrel.server.tls;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Private keys as tools write them into PEM files: PKCS#8 (RFC 5958), encrypted or not, PKCS#1 (RFC
 * 8017, "RSA PRIVATE KEY") and SEC 1 (RFC 5915, "EC PRIVATE KEY").
 */
final class PrivateKeys {
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  // AlgorithmIdentifiers, in DER.
  private static final byte[] RSA = {
    0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };
  private static final byte[] EC_PUBLIC_KEY = {
    0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1
  };

  private static final String PBES2 = "1.2.840.113549.1.5.13";

  private PrivateKeys() {}

  /**
   * The first private key of a PEM file.
   *
   * @param password empty where the key is not encrypted
   */
  static PrivateKey read(String pem, String password) throws TlsFileException {
    for (Pem block : Pem.blocks(pem)) {
      if (block.encrypted()) {
        throw new TlsFileException(
            "its key is encrypted in a form that is no longer safe; write it anew with"
                + " openssl pkcs8 -topk8 -in OLD -out NEW");
      }
      switch (block.label()) {
        case "PRIVATE KEY" -> {
          return pkcs8(block.content());
        }
        case "ENCRYPTED PRIVATE KEY" -> {
          return pkcs8(decrypted(block.content(), password));
        }
        case "RSA PRIVATE KEY" -> {
          return pkcs8(wrapped(RSA, block.content()));
        }
        case "EC PRIVATE KEY" -> {
          return pkcs8(wrapped(curve(block.content()), block.content()));
        }
        default -> {} // certificates, parameters
      }
    }
    throw new TlsFileException("there is no private key in it (-----BEGIN PRIVATE KEY-----)");
  }

  private static PrivateKey pkcs8(byte[] der) throws TlsFileException {
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (GeneralSecurityException another) {
        // of another algorithm
      }
    }
    throw new TlsFileException("its key is neither RSA nor EC nor EdDSA, or damaged");
  }

  private static byte[] decrypted(byte[] der, String password) throws TlsFileException {
    if (password.isEmpty()) {
      throw new TlsFileException("its key is encrypted, and tls.key-password is not set");
    }
    try {
      EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
      AlgorithmParameters parameters = info.getAlgParameters();
      String algorithm = info.getAlgName();
      if (parameters != null && (algorithm.equals(PBES2) || algorithm.equals("PBES2"))) {
        algorithm = parameters.toString(); // which scheme of the many
      }
      SecretKey secret =
          SecretKeyFactory.getInstance(algorithm)
              .generateSecret(new PBEKeySpec(password.toCharArray()));
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(Cipher.DECRYPT_MODE, secret, parameters);
      return info.getKeySpec(cipher).getEncoded();
    } catch (GeneralSecurityException | IOException refused) {
      throw new TlsFileException(
          "its key cannot be decrypted: is tls.key-password right?", refused);
    }
  }

  /** PKCS#8 around a key that says nothing of its algorithm. */
  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    byte[] version = {0x02, 0x01, 0x00};
    return Der.sequence(version, algorithm, Der.of(0x04, key));
  }

  /** The AlgorithmIdentifier of the curve that a key of RFC 5915 names. */
  private static byte[] curve(byte[] der) throws TlsFileException {
    try {
      Der parts = Der.read(der).inside();
      parts.next(0x02);
      parts.next(0x04);
      byte[] named = parts.next(0xa0).content();
      return Der.sequence(EC_PUBLIC_KEY, named);
    } catch (IllegalArgumentException unnamed) {
      throw new TlsFileException("its EC key does not name its curve", unnamed);
    }
  }
}
