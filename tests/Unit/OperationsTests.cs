using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Xunit;

namespace CohereShell.Tests;

/// <summary>Compares the operation catalogue with the API description, and checks its rules.</summary>
public sealed class OperationsTests
{
    [Fact]
    public void The_catalogue_has_exactly_the_operations_of_the_description()
    {
        var described = ApiDescription.Current.Operations.OrderBy(operation => operation.OperationId);
        var listed = Operations.All
            .Select(operation => new DescribedOperation(operation.OperationId, operation.Method, operation.Path, operation.IsDeprecated))
            .OrderBy(operation => operation.OperationId);

        Assert.Equal(described, listed);
    }

    [Fact]
    public void Every_operation_is_found_by_its_route()
    {
        foreach (Operation operation in Operations.All)
        {
            string path = System.Text.RegularExpressions.Regex.Replace(operation.Path, @"\{\w+\}", "some-id");
            Assert.Same(operation, Operations.ForRequest(operation.Method, path));
        }
    }

    [Fact]
    public void Every_declared_operation_is_in_the_list()
    {
        IEnumerable<Operation?> written = typeof(Operations)
            .GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(property => property.PropertyType == typeof(Operation))
            .Select(property => (Operation?)property.GetValue(null));

        Assert.Equal(Operations.All, written);
        Assert.All(Operations.All, operation => Assert.Same(operation, typeof(Operations).GetProperty(operation.Name, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!.GetValue(null)));
    }

    [Fact]
    public void Names_and_ids_are_unique()
    {
        Assert.Equal(Operations.All.Count, Operations.All.Select(operation => operation.Name).Distinct().Count());
        Assert.Equal(Operations.All.Count, Operations.All.Select(operation => operation.OperationId).Distinct().Count());
    }

    [Fact]
    public void GET_is_a_read_and_methods_that_change_or_delete_are_writes()
    {
        Assert.All(Operations.All.Where(operation => operation.Method == "GET"), operation => Assert.Equal(OperationAccess.Read, operation.Access));
        Assert.All(Operations.All.Where(operation => operation.Method is "PUT" or "PATCH" or "DELETE"), operation => Assert.Equal(OperationAccess.Write, operation.Access));
    }

    [Fact]
    public void An_unknown_path_is_Other_and_a_write_unless_its_method_only_reads()
    {
        Operation post = Operations.ForRequest("POST", "/v3/anything");
        Operation get = Operations.ForRequest("GET", "/v3/anything");

        Assert.False(post.IsKnown);
        Assert.Equal(OperationAccess.Write, post.Access);
        Assert.False(post.IsRepeatable);
        Assert.Equal(OperationAccess.Read, get.Access);
    }
}
