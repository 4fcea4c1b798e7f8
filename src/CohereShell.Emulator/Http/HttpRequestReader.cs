using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace CohereShell.Emulation;

/// <summary>Reads requests from a socket through one buffer. A small request takes one read.</summary>
internal sealed class HttpRequestReader(Socket socket)
{
    /// <summary>The maximum size of a request line and its headers.</summary>
    internal const int MaxHeadBytes = 64 * 1024;

    /// <summary>The maximum time from the first byte of a head to its last.</summary>
    internal static readonly TimeSpan MaxHeadTime = TimeSpan.FromSeconds(10);

    /// <summary>The maximum size of a body.</summary>
    internal const int MaxBodyBytes = 64 * 1024 * 1024;

    /// <summary>The first byte of a client that uses https. No request of HTTP starts with it.</summary>
    private const byte TlsHandshake = 0x16;

    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;
    private Task<int>? _ahead;

    private int Available => _end - _start;

    /// <summary>Reads the head of the next request. Null if the client closed the connection between requests.</summary>
    /// <exception cref="ObjectDisposedException">The client sent a part of the head and then waited too long.</exception>
    internal async Task<HttpRequestHead?> ReadHeadAsync()
    {
        // Between requests, a client can wait. Within a head, it would only keep the connection.
        using var late = new Timer(_ => socket.Dispose(), null, Timeout.Infinite, Timeout.Infinite);
        bool isBegun = false;
        int scanned = 0;
        while (true)
        {
            SkipEmptyLines(ref scanned);
            if (!isBegun && Available > 0)
            {
                isBegun = true;
                late.Change(MaxHeadTime, Timeout.InfiniteTimeSpan);
            }

            if (Available > 0 && _buffer[_start] == TlsHandshake)
            {
                // Its empty line would never come, and the client would wait as long as for a slow request.
                throw new HttpFormatException(400, "the emulator doesn't use TLS: the address must start with http://");
            }

            int end = IndexOfEmptyLine(scanned);
            if (end >= 0)
            {
                HttpRequestHead head = HttpRequestHead.Parse(_buffer, _start, end - _start);
                _start = end + 4;
                return head;
            }

            if (Available > MaxHeadBytes)
            {
                throw new HttpFormatException(431, "request header fields too large");
            }

            scanned = Math.Max(0, Available - 3);
            if (!await FillAsync().ConfigureAwait(false))
            {
                return Available == 0 ? null : throw new HttpFormatException(400, "the request ended within its headers");
            }
        }
    }

    /// <summary>Whether a part of the body has arrived already. The client then doesn't wait for "100 Continue".</summary>
    internal bool HasBytes => Available > 0;

    internal async Task<byte[]> ReadBodyAsync(HttpRequestHead head)
    {
        if (head.IsChunked)
        {
            using var chunks = new MemoryStream();
            await ReadChunksAsync(chunks, MaxBodyBytes).ConfigureAwait(false);
            return chunks.ToArray();
        }

        if (head.ContentLength > MaxBodyBytes)
        {
            throw BodyTooLarge();
        }

        byte[] body = new byte[head.ContentLength];
        using var target = new MemoryStream(body);
        await CopyAsync(target, body.Length).ConfigureAwait(false);
        return body;
    }

    /// <summary>Reads a body to a file instead of memory.</summary>
    internal async Task ReadBodyAsync(HttpRequestHead head, UploadBody upload)
    {
        if (head.IsChunked)
        {
            await ReadChunksAsync(upload.Stream, UploadBody.MaxBytes).ConfigureAwait(false);
            return;
        }

        if (head.ContentLength > UploadBody.MaxBytes)
        {
            throw BodyTooLarge();
        }

        await CopyAsync(upload.Stream, head.ContentLength).ConfigureAwait(false);
    }

    /// <summary>
    /// Waits during a response until the client sends more or disconnects. Returns true if it disconnected. The
    /// received bytes are kept for the next request. This takes an additional read, so it's only for responses that
    /// take time.
    /// </summary>
    internal async Task<bool> WatchAsync()
    {
        MakeRoom(1);
        _ahead ??= socket.ReceiveAsync(new ArraySegment<byte>(_buffer, _end, _buffer.Length - _end), SocketFlags.None);
        try
        {
            return await _ahead.ConfigureAwait(false) == 0;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>Reads and discards bytes until the client closes the connection.</summary>
    internal async Task DiscardAsync()
    {
        do
        {
            _start = _end;
        }
        while (await FillAsync().ConfigureAwait(false));
    }

    internal static HttpFormatException BodyTooLarge() => new(413, "request entity too large");

    private static HttpFormatException BodyIncomplete() => new(400, "the request ended within its body");

    private async Task ReadChunksAsync(Stream body, long maxBytes)
    {
        while (true)
        {
            string line = await ReadLineAsync().ConfigureAwait(false);
            int extension = line.IndexOf(';');
            string digits = (extension < 0 ? line : line.Substring(0, extension)).Trim();
            if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int size) || size < 0)
            {
                throw new HttpFormatException(400, "malformed chunk size");
            }

            if (size == 0)
            {
                break;
            }

            if (body.Length + size > maxBytes)
            {
                throw BodyTooLarge();
            }

            await CopyAsync(body, size).ConfigureAwait(false);
            if ((await ReadLineAsync().ConfigureAwait(false)).Length > 0)
            {
                throw new HttpFormatException(400, "malformed chunk");
            }
        }

        // Skips the trailers, up to the empty line.
        while ((await ReadLineAsync().ConfigureAwait(false)).Length > 0)
        {
        }
    }

    private async Task<string> ReadLineAsync()
    {
        while (true)
        {
            int end = Array.IndexOf(_buffer, (byte)'\n', _start, Available);
            if (end > _start && _buffer[end - 1] == '\r')
            {
                string line = Encoding.ASCII.GetString(_buffer, _start, end - 1 - _start);
                _start = end + 1;
                return line;
            }

            if (end >= 0 || Available > MaxHeadBytes)
            {
                throw new HttpFormatException(400, "malformed chunk");
            }

            if (!await FillAsync().ConfigureAwait(false))
            {
                throw BodyIncomplete();
            }
        }
    }

    // The targets are memory and files, so a synchronous write of one read doesn't block.
    private async Task CopyAsync(Stream target, long count)
    {
        for (long left = count; left > 0;)
        {
            if (Available == 0 && !await FillAsync().ConfigureAwait(false))
            {
                throw BodyIncomplete();
            }

            int taken = (int)Math.Min(Available, left);
            target.Write(_buffer, _start, taken);
            _start += taken;
            left -= taken;
        }
    }

    private void SkipEmptyLines(ref int scanned)
    {
        // RFC 9112, section 2.2: a server should ignore an empty line before the request line.
        while (Available >= 2 && _buffer[_start] == '\r' && _buffer[_start + 1] == '\n')
        {
            _start += 2;
            scanned = 0;
        }
    }

    private int IndexOfEmptyLine(int scanned)
    {
        for (int i = _start + scanned; i + 3 < _end; i++)
        {
            if (_buffer[i] == '\r' && _buffer[i + 1] == '\n' && _buffer[i + 2] == '\r' && _buffer[i + 3] == '\n')
            {
                return i;
            }
        }

        return -1;
    }

    private async Task<bool> FillAsync()
    {
        if (_ahead is null)
        {
            MakeRoom(1);
        }

        Task<int> receive = _ahead ?? socket.ReceiveAsync(new ArraySegment<byte>(_buffer, _end, _buffer.Length - _end), SocketFlags.None);
        _ahead = null;
        int received = await receive.ConfigureAwait(false);
        _end += received;
        return received > 0;
    }

    private void MakeRoom(int needed)
    {
        if (_ahead is not null || _buffer.Length - _end >= needed)
        {
            // A read in flight writes into this part of the buffer.
            return;
        }

        byte[] target = Available > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
        Buffer.BlockCopy(_buffer, _start, target, 0, Available);
        _end = Available;
        _start = 0;
        _buffer = target;
    }
}
