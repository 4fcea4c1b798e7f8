namespace CohereShell.Commands;

/// <summary>A separate position in a file that others read and write too. Disposing it leaves the file open.</summary>
internal sealed class SharedStream(FileStream file) : Stream
{
    private readonly FileStream _file = file;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _file.Length;

    public override long Position
    {
        get => _position;
        set => _position = value;
    }

    public override void Flush() => _file.Flush();

    public override int Read(byte[] buffer, int offset, int count)
    {
        _file.Position = _position;
        int read = _file.Read(buffer, offset, count);
        _position += read;
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        _position = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => _position, _ => Length };

    public override void SetLength(long value) => _file.SetLength(value);

    public override void Write(byte[] buffer, int offset, int count)
    {
        _file.Position = _position;
        _file.Write(buffer, offset, count);
        _position += count;
    }
}
