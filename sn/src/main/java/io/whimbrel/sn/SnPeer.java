package io.whimbrel.sn;

import java.security.cert.X509Certificate;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a device is, as its link sees it: an address, or a node behind a forwarder (5.5). Equal
 * where it is the same; immutable.
 */
public interface SnPeer {
  /** For people, and for what is bounded by address. */
  String address();

  /** Who it has proved to be, such as by a pre-shared key; null where its link proves nothing. */
  default @Nullable String user() {
    return null;
  }

  /** The certificate that it has proved to be its own, or null. */
  default @Nullable X509Certificate certificate() {
    return null;
  }

  /**
   * A node that a forwarder speaks for.
   *
   * @param node its address there, never changed
   */
  record Forwarded(SnPeer forwarder, byte[] node) implements SnPeer {
    @Override
    public String address() {
      return forwarder.address();
    }

    @Override
    public @Nullable String user() {
      return forwarder.user();
    }

    @Override
    public @Nullable X509Certificate certificate() {
      return forwarder.certificate();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Forwarded it
          && it.forwarder.equals(forwarder)
          && Arrays.equals(it.node, node);
    }

    @Override
    public int hashCode() {
      return 31 * forwarder.hashCode() + Arrays.hashCode(node);
    }
  }
}
