using System.IO.Compression;
using UglyToad.PdfPig.Filters;
using UglyToad.PdfPig.Logging;
using UglyToad.PdfPig.Tokens;

namespace CohereShell.Formats;

/// <summary>
/// The filters of PDF streams, with bounds: a few kilobytes can expand to gigabytes. Each use is also a place where the
/// reading can end.
/// </summary>
internal sealed class BoundedFilters(DocumentReading reading) : IFilterProvider
{
    private const int MostFilters = 8;

    private readonly DocumentReading _reading = reading;
    private readonly Budget _budget = new(reading);

    public IReadOnlyList<IFilter> GetFilters(DictionaryToken dictionary) => Bounded(DefaultFilterProvider.Instance.GetFilters(dictionary));

    public IReadOnlyList<IFilter> GetNamedFilters(IReadOnlyList<NameToken> names) => Bounded(DefaultFilterProvider.Instance.GetNamedFilters(names));

    public IReadOnlyList<IFilter> GetAllFilters() => Bounded(DefaultFilterProvider.Instance.GetAllFilters());

    private IFilter[] Bounded(IReadOnlyList<IFilter> filters)
    {
        _reading.Check();
        return filters.Take(MostFilters).Select(filter => (IFilter)new BoundedFilter(filter, _budget)).ToArray();
    }

    private sealed class Budget(DocumentReading reading)
    {
        /// <summary>The maximum number of bytes of a stream.</summary>
        public const long MostBytesPerStream = 128L * 1024 * 1024;

        private const long MostBytes = 2L * 1024 * 1024 * 1024;

        private readonly DocumentReading _reading = reading;
        private long _bytes;

        public void Check() => _reading.Check();

        public void Add(long bytes)
        {
            _bytes += bytes;
            if (bytes > MostBytesPerStream || _bytes > MostBytes)
            {
                throw DocumentErrors.TooLarge(_reading.Path, "its compressed parts expand to more than 128 MB each or 2 GB in all");
            }
        }
    }

    private sealed class BoundedFilter(IFilter filter, Budget budget) : IFilter
    {
        // The most that a byte can expand to: deflate, LZW.
        private const int MostPerByte = 4096;

        private readonly IFilter _filter = filter;
        private readonly Budget _budget = budget;

        public bool IsSupported => _filter.IsSupported;

        public Memory<byte> Decode(Memory<byte> input, DictionaryToken streamDictionary, IFilterProvider filterProvider, int filterIndex)
        {
            _budget.Check();
            if ((long)input.Length * MostPerByte > Budget.MostBytesPerStream)
            {
                CheckLength(input);
            }

            Memory<byte> decoded = _filter.Decode(input, streamDictionary, filterProvider, filterIndex);
            _budget.Add(decoded.Length);
            return decoded;
        }

        // Decompresses without keeping the result.
        private void CheckLength(Memory<byte> input)
        {
            if (_filter is LzwFilter && (long)input.Length * 100 > Budget.MostBytesPerStream)
            {
                _budget.Add(long.MaxValue / 2);
            }

            if (_filter is not FlateFilter || input.Length < 3)
            {
                return;
            }

            // Without the two bytes of the zlib header.
            using var deflate = new DeflateStream(new MemoryStream(input.Slice(2).ToArray(), writable: false), CompressionMode.Decompress);
            byte[] buffer = new byte[81920];
            long length = 0;
            try
            {
                int count;
                while ((count = deflate.Read(buffer, 0, buffer.Length)) > 0)
                {
                    length += count;
                    _budget.Check();
                    if (length > Budget.MostBytesPerStream)
                    {
                        _budget.Add(length);
                    }
                }
            }
            catch (InvalidDataException)
            {
                // The filter reads as much as can be read.
            }
        }
    }
}

/// <summary>Ends the reading when a parser that logs its problems does so in a loop.</summary>
internal sealed class CheckingLog(DocumentReading reading) : ILog
{
    private readonly DocumentReading _reading = reading;

    /// <summary>The bounds, for code that PdfPig calls with its options.</summary>
    public DocumentReading Reading => _reading;

    public void Debug(string message) => _reading.Check();

    public void Debug(string message, Exception ex) => _reading.Check();

    public void Warn(string message) => _reading.Check();

    public void Error(string message) => _reading.Check();

    public void Error(string message, Exception ex) => _reading.Check();
}

/// <summary>Ends the reading at the next read of a loop in a parser.</summary>
internal sealed class CheckedStream(byte[] bytes, DocumentReading reading) : MemoryStream(bytes, writable: false)
{
    private readonly DocumentReading _reading = reading;

    public override long Position
    {
        get => base.Position;
        set
        {
            _reading.Step();
            base.Position = value;
        }
    }

    public override int ReadByte()
    {
        _reading.Step();
        return base.ReadByte();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        _reading.Step();
        return base.Read(buffer, offset, count);
    }

#if NET
    public override int Read(Span<byte> buffer)
    {
        _reading.Step();
        return base.Read(buffer);
    }
#endif

    public override long Seek(long offset, SeekOrigin loc)
    {
        _reading.Step();
        return base.Seek(offset, loc);
    }
}
