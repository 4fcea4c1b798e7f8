namespace CohereShell.Emulation;

/// <summary>A part of a file that can be read once from start to end.</summary>
internal sealed class FileSlice : ReadOnlyStream
{
    private readonly FileStream _file;
    private readonly long _length;
    private long _left;

    internal FileSlice(string path, long offset, long length)
    {
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 128 * 1024);
        _file.Seek(offset, SeekOrigin.Begin);
        _length = length;
        _left = length;
    }

    public override long Length => _length;

    public override long Position
    {
        get => _length - _left;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = _file.Read(buffer, offset, (int)Math.Min(count, _left));
        _left -= read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }
}
