using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CohereShell.Formats;

/// <summary>
/// Compares all rows of an Arrow file with a query. Where a batch has all its vectors in one piece, they are compared in the
/// mapped file, by several threads. Other batches are read.
/// </summary>
/// <remarks>
/// On Windows, a mapped file can't be shortened. On other systems it can, and reading what is missing ends the process. So the
/// length is checked before each part of at most 1 MB. Programs that replace a file by another of the same name, as this module
/// does, aren't affected: the mapped file stays.
/// </remarks>
internal sealed class ArrowSearch(ArrowEmbeddingTable table, FileStream? file, EmbeddingSearch search)
{
    private const int PartLength = 1024 * 1024;

    // A part of the address space of a process with 32 bits. In others, mapping larger parts isn't faster.
    private const long ViewLength = 64L * 1024 * 1024;

    private const int BlockLength = 256;

    private readonly object _gate = new();
    private readonly BestMatches<long> _best = new(search.Top, search.IsLessBetter);
    private readonly List<Part> _parts = [];
    private readonly List<int> _others = [];
    private long _refused;
    private long _firstRefused = long.MaxValue;
    private EmbeddingException? _reason;

    public EmbeddingScan Run(CancellationToken cancellationToken)
    {
        (int Column, EmbeddingForm Form)? vector = Choose();
        if (vector is null && table.Count > 0)
        {
            // Says which formats there are.
            search.Comparer.Compare(table.Read(0));
        }

        for (int index = 0; index < table.Batches.Count; index++)
        {
            if (vector is not { } chosen || file is null || !BitConverter.IsLittleEndian || !TryAddParts(index, chosen.Column))
            {
                _others.Add(index);
            }
        }

        if (_parts.Count > 0)
        {
            Scan(vector!.Value.Form, cancellationToken);
        }

        var best = new BestMatches<long>(search.Top, search.IsLessBetter);
        foreach (int batch in _others)
        {
            foreach (EmbeddingRow row in table.ReadBatch(batch))
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    Add(best, row.Position, search.Comparer.Compare(row.Embedding));
                }
                catch (EmbeddingException exception)
                {
                    Refuse(row.Position, exception);
                }
            }
        }

        _best.Add(best);
        return new EmbeddingScan(_best.Ranked(), _refused, _refused == 0 ? 0 : _firstRefused, _reason);
    }

    // The most exact format that both have, as for embeddings that are compared one by one.
    private (int Column, EmbeddingForm Form)? Choose()
    {
        EmbeddingComparer comparer = search.Comparer;
        return Find(comparer.HasFloats, "vector")
            ?? Find(comparer.HasBytes, "int8")
            ?? Find(comparer.HasBytes, "uint8")
            ?? Find(comparer.HasBits, "ubinary")
            ?? Find(comparer.HasBits, "binary");
    }

    private (int Column, EmbeddingForm Form)? Find(bool isComparable, string name)
    {
        foreach ((int column, EmbeddingForm form) in table.Layout.Vectors)
        {
            if (isComparable && form.Name == name)
            {
                return (column, form);
            }
        }

        return null;
    }

    private bool TryAddParts(int index, int column)
    {
        (ArrowBatch batch, _, long first) = table.Batches[index];
        ArrowField field = table.Layout.Schema.Fields[column];
        if (field.Type.Kind != ArrowKind.FixedSizeList || field.Children[0].Type.Bits is 16 or 64)
        {
            return false;
        }

        return ArrowEmbeddingErrors.Guard(() =>
        {
            ArrowColumn vectors = batch.Find(table.Layout.Schema.Fields, [column])[0];
            if (vectors.Nulls != 0 || vectors.Children[0].Nulls != 0)
            {
                return false;
            }

            int length = checked(field.Type.ListSize * field.Children[0].Type.Bits / 8);
            ArrowRange whole = ArrowVectors.Find(vectors, 0, batch.Rows);
            long rows = Math.Max(1, PartLength / length);
            for (long row = 0; row < batch.Rows; row += rows)
            {
                int count = (int)Math.Min(rows, batch.Rows - row);
                _parts.Add(new Part(first + row, whole.Start + (row * length), count, length));
            }

            return true;
        });
    }

    private void Scan(EmbeddingForm form, CancellationToken cancellationToken)
    {
        using MemoryMappedFile map = MemoryMappedFile.CreateFromFile(file!, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        int next = 0;
        List<(int First, int Count)> views = Views();
        var failures = new List<Exception>();

        void Work()
        {
            try
            {
                var best = new BestMatches<long>(search.Top, search.IsLessBetter);
                for (int view = Interlocked.Increment(ref next) - 1; view < views.Count; view = Interlocked.Increment(ref next) - 1)
                {
                    ScanView(map, views[view], form, best, stop.Token);
                }

                lock (_gate)
                {
                    _best.Add(best);
                }
            }
            catch (Exception exception)
            {
                // An exception that isn't caught on a thread ends the process.
                stop.Cancel();
                lock (_gate)
                {
                    failures.Add(exception);
                }
            }
        }

        Thread[] threads = Enumerable.Range(1, Math.Min(Environment.ProcessorCount, views.Count) - 1).Select(_ => new Thread(Work) { IsBackground = true, Name = "CohereShell search" }).ToArray();
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        Work();
        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (failures.Find(failure => failure is not OperationCanceledException) is { } cause)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(cause).Throw();
        }
    }

    // Parts that are mapped together.
    private List<(int First, int Count)> Views()
    {
        var views = new List<(int First, int Count)>();
        int first = 0;
        for (int index = 1; index <= _parts.Count; index++)
        {
            if (index == _parts.Count || _parts[index].End - _parts[first].Start > ViewLength || _parts[index].Start < _parts[index - 1].Start)
            {
                views.Add((first, index - first));
                first = index;
            }
        }

        return views;
    }

    private unsafe void ScanView(MemoryMappedFile map, (int First, int Count) range, EmbeddingForm form, BestMatches<long> best, CancellationToken cancellationToken)
    {
        long start = _parts[range.First].Start;
        long length = _parts[range.First + range.Count - 1].End - start;
        CheckLength(start + length);
        using MemoryMappedViewAccessor view = map.CreateViewAccessor(start, length, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        try
        {
            for (int index = range.First; index < range.First + range.Count; index++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Part part = _parts[index];
                CheckLength(part.End);
                ScanPart(new ReadOnlySpan<byte>(pointer + view.PointerOffset + (part.Start - start), part.Rows * part.Length), part, form, best);
            }
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    private void CheckLength(long end)
    {
        if (file!.Length < end)
        {
            throw new EmbeddingFileException("Another program has shortened the file during the search.", isLast: true);
        }
    }

    [MethodImpl(VectorMath.Hot)]
    private void ScanPart(ReadOnlySpan<byte> bytes, Part part, EmbeddingForm form, BestMatches<long> best)
    {
        EmbeddingComparer comparer = search.Comparer;
        double minimum = search.MinimumScore ?? double.NegativeInfinity;
        byte offset = form.Element.IsSigned ? (byte)0 : VectorMath.Offset;
        Span<double> all = stackalloc double[BlockLength];
        for (int first = 0; first < part.Rows; first += BlockLength)
        {
            Span<double> scores = all.Slice(0, Math.Min(BlockLength, part.Rows - first));
            ReadOnlySpan<byte> vectors = bytes.Slice(first * part.Length, scores.Length * part.Length);
            if (form.Element.Kind == ArrowKind.FloatingPoint)
            {
                comparer.CompareAllFloats(MemoryMarshal.Cast<byte, float>(vectors), scores);
            }
            else if (form.Dimensions == 1)
            {
                comparer.CompareAllBytes(vectors, offset, scores);
            }
            else
            {
                comparer.CompareAllBits(vectors, offset, scores);
            }

            for (int row = 0; row < scores.Length; row++)
            {
                double score = scores[row];
                if (double.IsNaN(score))
                {
                    CompareAlone(vectors.Slice(row * part.Length, part.Length), part.First + first + row, form, best);
                }
                else if (score >= minimum && best.MayKeep(score))
                {
                    best.Add(part.First + first + row, score, part.First + first + row);
                }
            }
        }
    }

    // Finds the reason why a vector is refused.
    private void CompareAlone(ReadOnlySpan<byte> vector, long position, EmbeddingForm form, BestMatches<long> best)
    {
        EmbeddingComparer comparer = search.Comparer;
        byte offset = form.Element.IsSigned ? (byte)0 : VectorMath.Offset;
        try
        {
            double score = form.Element.Kind == ArrowKind.FloatingPoint ? comparer.CompareFloats(MemoryMarshal.Cast<byte, float>(vector))
                : form.Dimensions == 1 ? comparer.CompareBytes(vector, offset)
                : comparer.CompareBits(vector, offset);
            Add(best, position, score);
        }
        catch (EmbeddingException exception)
        {
            Refuse(position, exception);
        }
    }

    private void Add(BestMatches<long> best, long position, double score)
    {
        if (search.MinimumScore is not { } minimum || score >= minimum)
        {
            best.Add(position, score, position);
        }
    }

    private void Refuse(long position, EmbeddingException exception)
    {
        lock (_gate)
        {
            _refused++;
            if (position < _firstRefused)
            {
                _firstRefused = position;
                _reason = exception;
            }
        }
    }

    /// <summary>Vectors in one piece.</summary>
    /// <param name="First">The position of the first row.</param>
    /// <param name="Start">Where its vector is in the file.</param>
    /// <param name="Rows">The number of rows.</param>
    /// <param name="Length">The length of a vector in bytes.</param>
    private readonly record struct Part(long First, long Start, int Rows, int Length)
    {
        public long End => Start + ((long)Rows * Length);
    }
}
