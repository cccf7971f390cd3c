package io.whimbrel.junit;

import io.whimbrel.client.sn.SnTransport;
import java.io.IOException;
import java.util.Random;
import java.util.function.UnaryOperator;

/** A way to a gateway that can be cut, loses datagrams, and changes what is sent. */
final class FaultyTransport implements SnTransport {
  private final SnTransport way;
  private final Random random = new Random(1);
  private volatile boolean cut;
  private volatile int losesOneIn;
  private volatile UnaryOperator<byte[]> changes = datagram -> datagram;

  FaultyTransport(SnTransport way) {
    this.way = way;
  }

  /** From here on nothing passes. */
  void cut() {
    cut = true;
  }

  /** Of so many datagrams one is lost, on the average, whichever way it goes. */
  FaultyTransport losesOneIn(int many) {
    losesOneIn = many;
    return this;
  }

  /** What is sent from here on. */
  void changes(UnaryOperator<byte[]> how) {
    changes = how;
  }

  private boolean passes() {
    return !cut && (losesOneIn == 0 || random.nextInt(losesOneIn) != 0);
  }

  @Override
  public void open(Receiver receiver) throws IOException {
    way.open(
        new Receiver() {
          @Override
          public void onDatagram(byte[] datagram, String from) {
            if (passes()) {
              receiver.onDatagram(datagram, from);
            }
          }

          @Override
          public void onUnreachable(String why) {
            receiver.onUnreachable(why);
          }

          @Override
          public void onClosed(String why) {
            receiver.onClosed(why);
          }
        });
  }

  @Override
  public void send(byte[] datagram) {
    if (passes()) {
      way.send(changes.apply(datagram));
    }
  }

  @Override
  public int sizeMax() {
    return way.sizeMax();
  }

  @Override
  public void close() {
    way.close();
  }
}
