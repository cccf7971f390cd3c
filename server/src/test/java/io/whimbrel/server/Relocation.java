package io.whimbrel.server;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Something between a device and a broker that gives the device another address at times. */
final class Relocation implements AutoCloseable {
  private static final int BYTES = 65_536;

  private final InetSocketAddress broker;
  private final DatagramSocket inside =
      new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  private volatile DatagramSocket outside;
  private volatile @Nullable SocketAddress device;

  Relocation(InetSocketAddress broker) throws IOException {
    this.broker = broker;
    this.outside = outside();
    carry(inside, this::toBroker);
  }

  /** What the device takes for the broker. */
  InetSocketAddress address() {
    return (InetSocketAddress) inside.getLocalSocketAddress();
  }

  /** From now on the broker hears the device from somewhere else. */
  void moves() throws IOException {
    DatagramSocket before = outside;
    outside = outside();
    before.close();
  }

  private interface Taker {
    void take(DatagramPacket packet) throws IOException;
  }

  private DatagramSocket outside() throws IOException {
    DatagramSocket made =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    carry(made, this::toDevice);
    return made;
  }

  private static void carry(DatagramSocket from, Taker taker) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  DatagramPacket packet = new DatagramPacket(new byte[BYTES], BYTES);
                  from.receive(packet);
                  taker.take(packet);
                }
              } catch (IOException closed) {
                // it is over
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private void toBroker(DatagramPacket packet) throws IOException {
    device = packet.getSocketAddress();
    packet.setSocketAddress(broker);
    outside.send(packet);
  }

  private void toDevice(DatagramPacket packet) throws IOException {
    SocketAddress to = device;
    if (to != null) {
      packet.setSocketAddress(to);
      inside.send(packet);
    }
  }

  @Override
  public void close() {
    inside.close();
    outside.close();
  }
}
