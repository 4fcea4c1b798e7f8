using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace CohereShell.Emulation;

/// <summary>Writes an Avro object container file.</summary>
internal sealed class AvroFileWriter : IDisposable
{
    private const int BlockBytes = 256 * 1024;
    private readonly FileStream _file;
    private readonly AvroSchema _type;
    private readonly AvroCompression _codec;
    private readonly AvroEncoder _output;
    private readonly byte[] _sync;
    private readonly MemoryStream _block = new();
    private readonly AvroEncoder _encoder;
    private int _blockRows;

    internal AvroFileWriter(string path, AvroSchema type, AvroCompression codec)
    {
        _type = type;
        _codec = codec;
        _encoder = new AvroEncoder(_block);
        _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete, 64 * 1024);
        _output = new AvroEncoder(_file);
        string schema = type.ToJson();
        _sync = Sync(schema);
        _file.Write([(byte)'O', (byte)'b', (byte)'j', 1], 0, 4);
        _output.WriteLong(2);
        _output.WriteString("avro.schema");
        _output.WriteBytes(Encoding.UTF8.GetBytes(schema));
        _output.WriteString("avro.codec");
        _output.WriteBytes(Encoding.UTF8.GetBytes(codec.ToString().ToLowerInvariant()));
        _output.WriteLong(0);
        _file.Write(_sync, 0, _sync.Length);
    }

    internal int Rows { get; private set; }

    /// <summary>Writes the rows in the buffer, and closes the file.</summary>
    public void Dispose()
    {
        EndBlock();
        _file.Dispose();
        _block.Dispose();
    }

    internal void Write(JsonElement row)
    {
        _type.Write(_encoder, row);
        _blockRows++;
        Rows++;
        if (_block.Length >= BlockBytes)
        {
            EndBlock();
        }
    }

    private static byte[] Sync(string schema)
    {
        ulong hash = StableHash.Of(schema);
        byte[] sync = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(sync, hash);
        BinaryPrimitives.WriteUInt64LittleEndian(sync.AsSpan(8), StableHash.Of(hash, 1));
        return sync;
    }

    private void EndBlock()
    {
        if (_blockRows == 0)
        {
            return;
        }

        _output.WriteLong(_blockRows);
        if (_codec == AvroCompression.Null)
        {
            WriteBytes(_block);
        }
        else
        {
            using MemoryStream compressed = Deflate();
            WriteBytes(compressed);
        }

        _file.Write(_sync, 0, _sync.Length);
        _block.SetLength(0);
        _blockRows = 0;
    }

    private void WriteBytes(MemoryStream bytes)
    {
        _output.WriteLong(bytes.Length);
        _file.Write(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private MemoryStream Deflate()
    {
        var compressed = new MemoryStream();
        using (var deflate = new DeflateStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(_block.GetBuffer(), 0, (int)_block.Length);
        }

        return compressed;
    }
}
