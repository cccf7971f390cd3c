package io.whimbrel.client.sn;

import java.io.IOException;

/**
 * What carries the datagrams of an MQTT-SN client to its gateway and back: UDP, or whatever else
 * brings them whole or not at all. It may lose, repeat and reorder them; the client copes.
 *
 * <p>A client uses it alone, and closes it with itself. {@link #open} is called by a thread that
 * may block, one call at a time, and again after it has failed; {@link #send} and {@link
 * #broadcast} by one thread at a time, while it is open. A {@link Receiver} is for any thread.
 */
public interface SnTransport extends AutoCloseable {
  /** The longest datagram over UDP where nothing is said: what fits a packet of Ethernet. */
  int UDP_BYTES_MAX = 1_472;

  /**
   * Opens it; may block, as for a name or a handshake, for a limited time.
   *
   * @param receiver hears what comes from here on, until it is closed
   * @throws IOException it cannot be opened, and why; it may be tried again
   */
  void open(Receiver receiver) throws IOException;

  /**
   * Sends one, or loses it. Never blocks: what cannot leave now is lost.
   *
   * @param datagram a message of MQTT-SN, not changed any more
   */
  void send(byte[] datagram);

  /**
   * Sends one to all gateways that can be reached (6.1), or loses it.
   *
   * @param radius in hops, 0 for all
   */
  default void broadcast(byte[] datagram, int radius) {
    send(datagram);
  }

  /** How many octets a datagram may have, 65,535 at most. The same at all times once it is open. */
  int sizeMax();

  /** Closes it, once {@link #open} has returned or was never called. What was sent leaves. */
  @Override
  void close();

  /** Hears what comes. For any thread; never blocks. */
  interface Receiver {
    /**
     * A datagram came.
     *
     * @param datagram not changed any more
     * @param from who sent it, for people to read
     */
    void onDatagram(byte[] datagram, String from);

    /** A sign that nobody hears the datagrams now; that may change, and nothing is closed. */
    void onUnreachable(String why);

    /** It has closed itself, as where a cable is gone. It may be opened again. */
    void onClosed(String why);
  }

  /**
   * Over UDP, to one gateway, IPv4 or IPv6; what others send is not heard.
   *
   * @param host a name, looked up when it is opened, or an address
   */
  static SnTransport udp(String host, int port) {
    return udp(host, port, UDP_BYTES_MAX);
  }

  /**
   * The same with longer or shorter datagrams: no longer than the gateway takes.
   *
   * @param sizeMax 64 to 65,507 octets
   * @throws IllegalArgumentException there is no such port, or no such size
   */
  static SnTransport udp(String host, int port, int sizeMax) {
    return new UdpTransport(host, port, sizeMax, false);
  }

  /**
   * Over UDP, to all that hear a multicast or broadcast address, to search for gateways there.
   * Anybody is heard, so that nothing but {@link MqttSnClient#search} should use it.
   */
  static SnTransport udpGroup(String host, int port) {
    return new UdpTransport(host, port, UDP_BYTES_MAX, true);
  }
}
