using System;
using System.Threading;
using System.Threading.Tasks;

namespace CohereShell.Tests.Avro;

/// <summary>A stream without seeking that returns a few bytes at a time, like a slow network.</summary>
internal sealed class TrickleStream : ReadOnlyStream
{
    private readonly byte[] _bytes;
    private int _position;

    public TrickleStream(byte[] bytes) => _bytes = bytes;

    public override int Read(byte[] buffer, int offset, int count)
    {
        count = Math.Min(Math.Min(count, 1 + (_position % 3)), _bytes.Length - _position);
        Array.Copy(_bytes, _position, buffer, offset, count);
        _position += count;
        return count;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        byte[] few = new byte[Math.Min(buffer.Length, 8)];
        int count = Read(few, 0, few.Length);
        few.AsMemory(0, count).CopyTo(buffer);
        return count;
    }
}
