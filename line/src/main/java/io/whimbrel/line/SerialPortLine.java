package io.whimbrel.line;

import com.fazecast.jSerialComm.SerialPort;
import com.fazecast.jSerialComm.SerialPortInvalidPortException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A serial port: eight bits, no parity, one stop bit. The only one that sees the library behind it,
 * whose ports must not be closed while a write is on: the system may have given the number of its
 * file to another one by then.
 */
public final class SerialPortLine implements Line {
  private static final int DATA_BITS = 8;
  private static final long LOOK_AGAIN_MILLIS = 50;
  private static final int LOOKS_MAX = 40;

  // Of Linux, macOS and the BSDs.
  private static final int EACCES = 13;
  private static final int ENOTTY = 25;

  private final SerialPort port;
  private final ReentrantLock writing = new ReentrantLock();
  private volatile boolean closed;

  private SerialPortLine(SerialPort port) {
    this.port = port;
  }

  /**
   * Opens one.
   *
   * @param device its path, {@code /dev/ttyUSB0}, or its name, {@code COM3}
   * @param baud bits a second
   * @param rtsCts whether the two ends stop each other with RTS and CTS
   * @throws IOException why it cannot be opened, for people
   */
  public static SerialPortLine open(String device, int baud, boolean rtsCts) throws IOException {
    try {
      SerialLibrary.prepare();
      return new SerialPortLine(opened(device, baud, rtsCts));
    } catch (SerialPortInvalidPortException none) {
      throw new IOException("there is no such device", none);
    } catch (LinkageError missing) {
      throw new IOException("this system has no library for serial lines", missing);
    }
  }

  private static SerialPort opened(String device, int baud, boolean rtsCts) throws IOException {
    SerialPort port = SerialPort.getCommPort(device);
    port.setComPortParameters(baud, DATA_BITS, SerialPort.ONE_STOP_BIT, SerialPort.NO_PARITY);
    port.setFlowControl(
        rtsCts
            ? SerialPort.FLOW_CONTROL_RTS_ENABLED | SerialPort.FLOW_CONTROL_CTS_ENABLED
            : SerialPort.FLOW_CONTROL_DISABLED);
    timeOut(port);
    if (!port.openPort(0)) {
      throw new IOException(whyNot(port.getLastErrorCode()));
    }
    return port;
  }

  private static void timeOut(SerialPort port) {
    port.setComPortTimeouts(SerialPort.TIMEOUT_READ_SEMI_BLOCKING, SILENCE_MILLIS, 0);
  }

  private static String whyNot(int code) {
    return switch (code) {
      case EACCES -> "this user may not open it";
      case ENOTTY -> "it is no serial line";
      default -> "it cannot be opened (" + code + "), or another program has it";
    };
  }

  @Override
  public int read(byte[] into) throws IOException {
    long began = System.nanoTime();
    int read = port.readBytes(into, into.length);
    if (read < 0) {
      throw new IOException("the device is gone");
    }
    if (read == 0) { // one that has nothing to say at once is not asked without a break
      long left = TimeUnit.MILLISECONDS.toNanos(SILENCE_MILLIS) - (System.nanoTime() - began);
      LockSupport.parkNanos(left);
    }
    return read;
  }

  @Override
  public void write(byte[] octets) throws IOException {
    writing.lock();
    try {
      if (closed || port.writeBytes(octets, octets.length) != octets.length) {
        throw new IOException("the device is gone");
      }
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    boolean mine = false;
    try {
      for (int i = 0; i < LOOKS_MAX && !mine; i++) {
        mine = writing.tryLock(i == 0 ? 0 : LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        if (!mine) {
          port.flushIOBuffers(); // what the other end does not take
          timeOut(port); // whatever is set wakes the write, which goes on
        }
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    port.closePort();
    if (mine) {
      writing.unlock();
    }
  }
}
