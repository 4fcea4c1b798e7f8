using System;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

namespace CohereShell.Tests.Emulator;

/// <summary>A raw connection to the emulator, without an HTTP client.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client = new();

    internal RawConnection(CohereEmulator emulator)
    {
        _client.Connect("127.0.0.1", emulator.Port);
        _client.NoDelay = true;
    }

    internal Socket Socket => _client.Client;

    internal async Task SendAsync(string text) => await _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads until the server closes the connection.</summary>
    internal async Task<string> ReadToEndAsync()
    {
        using var all = new MemoryStream();
        await _client.GetStream().CopyToAsync(all).WaitAsync(Hang.Limit);
        return Encoding.UTF8.GetString(all.ToArray());
    }

    /// <summary>Reads until a text appears.</summary>
    internal async Task<string> ReadUntilAsync(string end)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (!text.ToString().Contains(end, StringComparison.Ordinal))
        {
            int count = await _client.GetStream().ReadAsync(buffer).AsTask().WaitAsync(Hang.Limit);
            if (count == 0)
            {
                throw new EndOfStreamException("Closed after: " + text);
            }

            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return text.ToString();
    }

    public void Dispose() => _client.Dispose();
}
