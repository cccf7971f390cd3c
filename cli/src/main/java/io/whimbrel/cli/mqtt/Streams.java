package io.whimbrel.cli.mqtt;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;

/**
 * What a tool reads and where it speaks. For any thread.
 *
 * @param out messages, their very bytes
 * @param err what people are told, a line each
 */
public record Streams(InputStream in, OutputStream out, PrintWriter err) {}
