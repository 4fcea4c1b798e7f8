using System;
using System.IO;

namespace CohereShell.Tests.Avro;

/// <summary>A long file that isn't stored anywhere: a header, and the same block again and again.</summary>
internal sealed class RepeatingStream : Stream
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

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
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

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
