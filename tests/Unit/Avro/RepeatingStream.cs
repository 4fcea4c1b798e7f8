using System;

namespace CohereShell.Tests.Avro;

/// <summary>A long file that isn't stored anywhere: a header, and the same block again and again.</summary>
internal sealed class RepeatingStream : ReadOnlyStream
{
    private readonly byte[] _header;
    private readonly byte[] _block;
    private readonly long _length;
    private long _position;

    public RepeatingStream(byte[] header, byte[] block, int count)
    {
        _header = header;
        _block = block;
        _length = header.Length + ((long)block.Length * count);
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        byte[] source = _position < _header.Length ? _header : _block;
        int start = (int)(_position < _header.Length ? _position : (_position - _header.Length) % _block.Length);
        count = (int)Math.Min(Math.Min(count, source.Length - start), _length - _position);
        Array.Copy(source, start, buffer, offset, count);
        _position += count;
        return count;
    }
}
