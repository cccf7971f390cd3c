package io.whimbrel.server.sn;

import io.whimbrel.server.net.DatagramWay;
import io.whimbrel.server.net.ShardLoop;
import java.net.InetSocketAddress;

/** The group in which devices search for a gateway (6.1). Owned by the event loop of its link. */
public final class SnGroup extends DatagramWay {
  private static final int BYTES_MAX = 64; // of a search there are three

  private final SnUdp link;

  /** The group of a link. */
  public SnGroup(ShardLoop loop, SnUdp link) {
    super(loop, BYTES_MAX);
    this.link = link;
  }

  @Override
  protected void onDatagram(InetSocketAddress from, byte[] bytes, int length) {
    link.onGroupDatagram(from, bytes, length);
  }
}
